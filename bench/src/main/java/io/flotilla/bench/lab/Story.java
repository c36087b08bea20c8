package io.flotilla.bench.lab;

import com.google.errorprone.annotations.FormatMethod;
import io.flotilla.raft.Entry;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tells a scenario to people, in lines of at most 100 columns. One thread. */
public final class Story {
  static final int COLUMNS = 100;

  private static final String INDENT = "      ";

  private final PrintStream out;
  private int steps;

  /** Tells it to {@code out}. */
  public Story(PrintStream out) {
    this.out = out;
  }

  /** A story nobody reads, for whoever wants the outcome only. */
  static Story untold() {
    return new Story(
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
  }

  /** A part of its own; steps count from 1 again. */
  @FormatMethod
  void part(String format, Object... arguments) {
    String title = text(format, arguments);
    out.println();
    out.println(title);
    out.println("-".repeat(title.length()));
    steps = 0;
  }

  /** An empty line. */
  void gap() {
    out.println();
  }

  /** Plain words. */
  @FormatMethod
  void say(String format, Object... arguments) {
    wrapped("", "", text(format, arguments));
  }

  /** Something happens, and this is how all servers stand afterwards. */
  @FormatMethod
  void step(LabGroup group, String format, Object... arguments) {
    event(group.nowNanos(), text(format, arguments));
    stands(group);
  }

  /** Something happens that changes no log. */
  @FormatMethod
  void event(long nowNanos, String format, Object... arguments) {
    event(nowNanos, text(format, arguments));
  }

  /** Why it came out so. */
  @FormatMethod
  void because(String format, Object... arguments) {
    wrapped(INDENT + "=> ", INDENT + "   ", text(format, arguments));
  }

  /** A table; all columns left-aligned. */
  void table(List<String> names, List<List<String>> rows) {
    int[] widths = new int[names.size()];
    List<List<String>> lines = new ArrayList<>();
    lines.add(names);
    lines.addAll(rows);
    for (List<String> line : lines) {
      for (int at = 0; at < widths.length; at++) {
        widths[at] = Math.max(widths[at], line.get(at).length());
      }
    }
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder(INDENT);
      for (int at = 0; at < widths.length; at++) {
        text.append(line.get(at)).append(" ".repeat(widths[at] - line.get(at).length() + 2));
      }
      out.println(text.toString().stripTrailing());
    }
  }

  /** Lines that come from elsewhere, as they are. */
  void quote(String lines) {
    lines.lines().forEach(line -> wrapped(INDENT + "| ", INDENT + "|   ", line));
  }

  private void event(long nowNanos, String text) {
    steps++;
    String head = String.format(Locale.ROOT, "%3d   ", steps);
    long millis = nowNanos / LabGroup.MILLI;
    wrapped(
        head,
        INDENT,
        String.format(Locale.ROOT, "%d.%03d s: %s", millis / 1000, millis % 1000, text));
  }

  /** Role, term, vote, commit and log of each; an entry is its term, committed ones have a star. */
  private void stands(LabGroup group) {
    long last = 0;
    for (LabReplica replica : group.replicas()) {
      last = Math.max(last, replica.log().size());
    }
    long first = Math.max(1, last - 7);
    List<String> names = new ArrayList<>(List.of("", "role", "term", "vote", "commit", "log:"));
    for (long index = first; index <= last; index++) {
      names.add(Long.toString(index));
    }
    List<List<String>> rows = new ArrayList<>();
    for (LabReplica replica : group.replicas()) {
      rows.add(row(replica, first, last));
    }
    table(names, rows);
  }

  private static List<String> row(LabReplica replica, long first, long last) {
    boolean isUp = replica.isUp();
    long term = isUp ? replica.status().term() : replica.hardState().term();
    int vote = isUp ? replica.core().probe().votedFor() : replica.hardState().vote();
    long commit = replica.commitIndex();
    List<String> row = new ArrayList<>();
    row.add("S" + replica.id());
    row.add(replica.role());
    row.add(Long.toString(term));
    row.add(vote == 0 ? "-" : "S" + vote);
    row.add(isUp ? Long.toString(commit) : "-");
    row.add("");
    List<Entry> log = replica.log();
    for (long index = first; index <= last; index++) {
      row.add(
          index > log.size()
              ? "."
              : log.get((int) index - 1).term() + (index <= commit ? "*" : ""));
    }
    return row;
  }

  private void wrapped(String first, String rest, String text) {
    StringBuilder line = new StringBuilder(first);
    boolean isEmpty = true;
    for (String word : text.split(" ", -1)) {
      if (!isEmpty && line.length() + 1 + word.length() > COLUMNS) {
        out.println(line.toString().stripTrailing());
        line = new StringBuilder(rest);
        isEmpty = true;
      }
      line.append(isEmpty ? "" : " ").append(word);
      isEmpty = false;
    }
    out.println(line.toString().stripTrailing());
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
