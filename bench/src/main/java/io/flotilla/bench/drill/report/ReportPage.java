package io.flotilla.bench.drill.report;

import com.google.errorprone.annotations.FormatMethod;
import io.flotilla.v1.MoveMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A report for people: one page that needs nothing besides itself. One thread. */
public final class ReportPage {
  private static final int ROWS_MAX = 1_000;
  private static final int SHARDS_MAX = 12;

  private final DrillReport report;
  private final StringBuilder page = new StringBuilder();

  private ReportPage(DrillReport report) {
    this.report = report;
  }

  /** Writes the page of {@code report} to {@code sink}, which stays the caller's. */
  public static void write(DrillReport report, Writer sink) throws IOException {
    ReportPage made = new ReportPage(report);
    made.head();
    made.figures();
    made.faults();
    made.moves();
    made.shards();
    made.errors();
    made.page.append("</main>\n");
    sink.write(made.page.toString());
  }

  private void head() throws IOException {
    Analysis seen = report.seen();
    add("<!doctype html>%n<html lang=\"en\"><meta charset=\"utf-8\">%n");
    add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">%n");
    add("<title>drill %s: %s</title>%n<style>%n", report.drill(), report.verdict());
    page.append(style());
    add("</style>%n<main>%n<header><h1>%s</h1>", Plot.escaped(report.drill()));
    String tone = report.held() ? "good" : report.isUndecided() ? "open" : "bad";
    add("<p class=\"verdict %s\">%s</p></header>%n", tone, report.verdict());
    add("<p class=\"why\">%s</p>%n", Plot.escaped(report.judgement().text()));
    for (String problem : report.problems()) {
      add("<p class=\"problem\">%s</p>%n", Plot.escaped(problem));
    }
    Cost all = seen.all();
    add("<dl class=\"tiles\">%n");
    tile("acknowledged", count(all.acknowledged()), "operations");
    tile("throughput", count(Math.round(all.acknowledged() / seen.seconds())), "a second");
    tile("lost", count(report.audit().lost()), "acknowledged writes");
    tile("duplicated", count(report.audit().duplicated()), "appends");
    tile("errors", count(all.errors()), "never took effect");
    tile("unknown", count(all.unknown()), "may have taken effect");
    tile("unavailable", millis(all.unavailableMillis()), "longest wait of an operation");
    tile("without a write", millis(all.withoutWriteMillis()), "longest time");
    tile("p99", millis(all.p99Millis()), "p50 " + millis(all.p50Millis()));
    tile("moves", count(report.moves().size()), "longest pause " + millis(longestPause()));
    add("</dl>%n");
  }

  private void figures() {
    Analysis seen = report.seen();
    page.append(
        new Plot("Throughput", "acknowledged operations a second", false)
            .svg(seen, each -> each.cost().acknowledged() / each.seconds()));
    page.append(
        new Plot("Latency", "p99 in ms, logarithmic", true)
            .svg(seen, each -> each.cost().p99Millis()));
    add("<p class=\"legend\"><i></i> a fault or a change of the configuration; point at it</p>%n");
  }

  private void faults() {
    begin(
        "Faults and changes",
        "at",
        "lasted",
        "what",
        "ops",
        "errors",
        "unknown",
        "p99",
        "wait",
        "no write");
    for (Analysis.FaultCost fault : report.seen().faults()) {
      Cost cost = fault.cost();
      row(
          seconds(fault.atSeconds()),
          seconds(fault.seconds()),
          fault.what(),
          count(cost.acknowledged()),
          count(cost.errors()),
          count(cost.unknown()),
          millis(cost.p99Millis()),
          millis(cost.unavailableMillis()),
          millis(cost.withoutWriteMillis()));
    }
    end();
  }

  private void moves() {
    List<MoveMessage> moves = report.moves();
    if (moves.isEmpty()) {
      return;
    }
    add(
        "<h2>Moves <span>%s, longest pause %s</span></h2>%n",
        count(moves.size()), millis(longestPause()));
    table("id", "shard", "from", "to", "phase", "rows", "bytes", "rounds", "pause");
    for (MoveMessage move : moves.subList(0, Math.min(ROWS_MAX, moves.size()))) {
      row(
          Long.toString(move.getId()),
          Integer.toString(move.getShard()),
          Integer.toString(move.getFrom()),
          Integer.toString(move.getTo()),
          move.getReason().isEmpty() ? move.getPhase() : move.getPhase() + ": " + move.getReason(),
          count(move.getRows()),
          count(move.getBytes()),
          count(move.getRounds()),
          millis(move.getPauseMs()));
    }
    end();
    if (moves.size() > ROWS_MAX) {
      add("<p>The first %s; all of them are in report.json.</p>%n", count(ROWS_MAX));
    }
  }

  private void shards() {
    List<Analysis.ShardWait> shards = report.seen().shards();
    begin("Shards that waited longest", "shard", "longest wait of an operation");
    for (Analysis.ShardWait shard : shards.subList(0, Math.min(SHARDS_MAX, shards.size()))) {
      row(Integer.toString(shard.shard()), millis(shard.unavailableMillis()));
    }
    end();
  }

  private void errors() {
    if (report.refusals().isEmpty()) {
      add("<h2>Errors seen by clients</h2><p>None.</p>%n");
    } else {
      begin("Errors seen by clients", "times", "what");
      report.refusals().forEach((what, times) -> row(count(times), what));
      end();
    }
    add(
        "<footer>%d clients, %.1f s, seed %d; <code>flotilla drill %s --seed %d</code></footer>%n",
        report.clients(),
        report.seen().seconds(),
        report.seed(),
        Plot.escaped(report.drill()),
        report.seed());
  }

  private double longestPause() {
    return report.moves().stream().mapToDouble(MoveMessage::getPauseMs).max().orElse(0);
  }

  private void begin(String title, String... columns) {
    add("<h2>%s</h2>%n", title);
    table(columns);
  }

  private void table(String... columns) {
    add("<div class=\"scroll\"><table><thead><tr>");
    for (String column : columns) {
      add("<th>%s</th>", column);
    }
    add("</tr></thead><tbody>%n");
  }

  private void row(String... cells) {
    add("<tr>");
    for (String cell : cells) {
      add("<td>%s</td>", Plot.escaped(cell));
    }
    add("</tr>%n");
  }

  private void end() {
    add("</tbody></table></div>%n");
  }

  private void tile(String name, String value, String note) {
    add("<div><dt>%s</dt><dd>%s</dd><dd class=\"note\">%s</dd></div>%n", name, value, note);
  }

  private static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String millis(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.1f ms" : "%,.0f ms", value);
  }

  private static String seconds(double value) {
    return String.format(Locale.ROOT, "%.1f s", value);
  }

  private static String style() throws IOException {
    try (InputStream sheet =
        Objects.requireNonNull(ReportPage.class.getResourceAsStream("report.css"))) {
      return new String(sheet.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @FormatMethod
  private void add(String format, Object... arguments) {
    page.append(String.format(Locale.ROOT, format, arguments));
  }
}
