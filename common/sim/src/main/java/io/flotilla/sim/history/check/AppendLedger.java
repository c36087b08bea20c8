package io.flotilla.sim.history.check;

import io.flotilla.sim.history.Answer;
import io.flotilla.sim.history.OpKind;
import io.flotilla.sim.history.OpStatus;
import io.flotilla.sim.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The appends and reads of one key, for {@link ExactlyOnce}.
 *
 * <p>Nearly all reads show a start of the longest one; those are compared by length alone, so that
 * a busy key costs its length and not the sum of its reads.
 */
final class AppendLedger {
  private final Values values = new Values();
  private final Map<String, Long> acknowledgedAt = new LinkedHashMap<>();
  private final List<Read> reads = new ArrayList<>();
  private boolean onlyAppendedTo = true;

  /** What a read saw, as a number of {@link Values}, and when it was called. */
  private record Read(int seen, long call) {}

  void add(Operation operation) {
    if (operation.answer() instanceof Answer.Read read) {
      reads.add(new Read(values.read(read.value()), operation.call()));
    } else if (operation.kind() == OpKind.APPEND) {
      String value = operation.value().orElseThrow();
      if (operation.status() == OpStatus.OK && isDelimited(value)) {
        acknowledgedAt.put(value, operation.returned().orElseThrow());
      }
    } else if (operation.kind() != OpKind.GET) {
      onlyAppendedTo = false;
    }
  }

  boolean isOnlyAppendedTo() {
    return onlyAppendedTo;
  }

  int acknowledged() {
    return acknowledgedAt.size();
  }

  int lost() {
    SortedSet<String> lost = new TreeSet<>();
    int longest = longest();
    List<Read> starts = new ArrayList<>();
    for (Read read : reads) {
      if (values.beginsWith(longest, read.seen())) {
        starts.add(read);
      } else {
        collectMissing(read, lost);
      }
    }
    collectMissing(longest, starts, lost);
    return lost.size();
  }

  int duplicated() {
    SortedSet<String> duplicated = new TreeSet<>();
    int longest = longest();
    collectRepeated(longest, duplicated);
    for (Read read : reads) {
      if (!values.beginsWith(longest, read.seen())) {
        collectRepeated(read.seen(), duplicated);
      }
    }
    return duplicated.size();
  }

  private int longest() {
    return reads.stream()
        .map(Read::seen)
        .max(Comparator.comparingInt(values::length))
        .orElse(Values.ABSENT);
  }

  private void collectMissing(Read read, SortedSet<String> missing) {
    Map<String, Integer> ends = ends(read.seen());
    acknowledgedAt.forEach(
        (value, at) -> {
          if (at < read.call() && !ends.containsKey(value)) {
            missing.add(value);
          }
        });
  }

  /** What is missing from reads that show starts of {@code longest}. */
  private void collectMissing(int longest, List<Read> starts, SortedSet<String> missing) {
    TreeMap<Long, Integer> shortestFrom = new TreeMap<>();
    starts.sort(Comparator.comparingLong(Read::call).reversed());
    int shortest = Integer.MAX_VALUE;
    for (Read read : starts) {
      shortest = Math.min(shortest, values.length(read.seen()));
      shortestFrom.put(read.call(), shortest);
    }
    Map<String, Integer> ends = ends(longest);
    acknowledgedAt.forEach(
        (value, at) -> {
          var later = shortestFrom.higherEntry(at);
          int end = ends.getOrDefault(value, Integer.MAX_VALUE);
          if (later != null && later.getValue() < end) {
            missing.add(value);
          }
        });
  }

  /** Where each delimited value in a text ends for the first time. */
  private Map<String, Integer> ends(int seen) {
    Map<String, Integer> ends = new LinkedHashMap<>();
    forEachDelimited(values.text(seen), ends::putIfAbsent);
    return ends;
  }

  private void collectRepeated(int seen, SortedSet<String> repeated) {
    Map<String, Integer> ends = new LinkedHashMap<>();
    forEachDelimited(
        values.text(seen),
        (value, end) -> {
          if (ends.putIfAbsent(value, end) != null) {
            repeated.add(value);
          }
        });
  }

  private interface Delimited {
    void at(String value, int end);
  }

  private static void forEachDelimited(String text, Delimited consumer) {
    int open = text.indexOf('[');
    while (open >= 0) {
      int close = text.indexOf(']', open);
      if (close < 0) {
        return;
      }
      consumer.at(text.substring(open, close + 1), close + 1);
      open = text.indexOf('[', close);
    }
  }

  private static boolean isDelimited(String value) {
    return value.startsWith("[") && value.indexOf(']') == value.length() - 1;
  }
}
