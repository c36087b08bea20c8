package io.flotilla.bench.drill.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flotilla.bench.drill.Judgement;
import io.flotilla.sim.history.FaultLine;
import io.flotilla.sim.history.HistoryLine;
import io.flotilla.sim.history.Operation;
import io.flotilla.v1.MoveMessage;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A second of writes every 10 ms, but for 300 ms after a fault. */
final class AnalysisTest {
  private static final long MILLI = 1_000_000;

  private final List<HistoryLine> history = new ArrayList<>();

  AnalysisTest() {
    history.add(new FaultLine("kill -9", 400 * MILLI, OptionalLong.of(900 * MILLI)));
    for (long at = 0; at < 1_000; at += 10) {
      if (at < 400 || at >= 700) {
        history.add(Operation.put("a", "k", "a." + at, at * MILLI).done((at + 1) * MILLI));
      }
    }
    history.add(Operation.put("b", "k", "b.1", 405 * MILLI).done(705 * MILLI));
    history.add(Operation.put("c", "k", "c.1", 410 * MILLI).failed(500 * MILLI));
    history.add(Operation.get("d", "k", 420 * MILLI).read(Optional.empty(), 421 * MILLI));
    history.add(Operation.get("e", "k", 1_100 * MILLI).read(Optional.empty(), 1_101 * MILLI));
  }

  @Test
  void whatAFaultCostIsSeenFromTheHistoryAlone() {
    Analysis seen = Analysis.of(history, 1_000 * MILLI, 16);
    assertThat(seen.all().acknowledged()).isEqualTo(72);
    assertThat(seen.reads()).isOne();
    Analysis.FaultCost fault = seen.faults().get(0);
    assertThat(fault.atSeconds()).isEqualTo(0.4);
    assertThat(fault.seconds()).isEqualTo(0.5);
    assertThat(fault.cost().unavailableMillis()).isEqualTo(300);
    assertThat(fault.cost().withoutWriteMillis()).isEqualTo(301);
    assertThat(fault.cost().errors()).isOne();
    assertThat(seen.shards()).hasSize(1);
    assertThat(seen.moments()).hasSize(4);
    assertThat(seen.moments().stream().mapToLong(each -> each.cost().acknowledged()).sum())
        .isEqualTo(72);
  }

  @Test
  void pageNeedsNothingBesidesItselfAndTrustsNobodysWords() throws IOException {
    StringWriter text = new StringWriter();
    ReportPage.write(report("<script>alert(1)</script>"), text);
    assertThat(text.toString())
        .contains("<svg", "class=\"band\"", "kill -9", "&lt;script&gt;")
        .doesNotContain("<script", "http:", "https:", "NaN", "Infinity");
  }

  @Test
  void reportSaysItInTheAgreedWords() throws IOException {
    DrillReport report = report("linearizable");
    StringWriter text = new StringWriter();
    ReportJson.write(report, text);
    JsonNode json = new ObjectMapper().readTree(text.toString());
    assertThat(json.get("verdict").asText()).isEqualTo("linearizable");
    assertThat(json.get("ops").asLong()).isEqualTo(72);
    assertThat(json.get("errors").asLong()).isOne();
    assertThat(json.get("unknown").asLong()).isZero();
    assertThat(json.get("lost").asLong()).isZero();
    assertThat(json.get("duplicated").asLong()).isZero();
    assertThat(json.get("unavailable_ms").asDouble()).isEqualTo(300);
    JsonNode move = json.get("moves").get(0);
    assertThat(move.get("bytes").asLong()).isEqualTo(5);
    assertThat(move.get("pause_ms").asDouble()).isEqualTo(1.5);
    assertThat(move.has("rows") && move.has("rounds")).isTrue();
  }

  private DrillReport report(String words) {
    return new DrillReport(
        "kill-leaders",
        7,
        64,
        new Judgement(Judgement.Kind.LINEARIZABLE, words),
        Analysis.of(history, 1_000 * MILLI, 16),
        new WriteAudit(0, 0, 0),
        List.of(MoveMessage.newBuilder().setBytes(5).setPauseMs(1.5).build()),
        new TreeMap<>(),
        List.of());
  }
}
