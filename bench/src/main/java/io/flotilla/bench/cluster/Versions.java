package io.flotilla.bench.cluster;

import io.flotilla.base.check.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What clients saw of versions: one that was seen names one value for ever, and what is asked later
 * never shows an earlier one. One thread.
 */
final class Versions {
  private final TreeMap<String, TreeMap<Long, String>> values = new TreeMap<>();
  private final TreeMap<String, List<Seen>> highest = new TreeMap<>();
  private long seen;

  /**
   * A version that somebody has seen.
   *
   * @param ended when
   * @param version the highest one seen of the key until then
   */
  private record Seen(long ended, long version) {}

  /**
   * A call has shown that {@code key} had {@code value} at {@code version}.
   *
   * @param called when it was asked
   * @param ended when it was answered: now
   */
  void saw(String key, String value, long version, long called, long ended) {
    seen++;
    String other =
        values.computeIfAbsent(key, absent -> new TreeMap<>()).putIfAbsent(version, value);
    Check.that(
        other == null || other.equals(value),
        "versions: version %d of %s is %s and was %s",
        version,
        key,
        value,
        other);
    long before = before(key, called);
    Check.that(
        version >= before,
        "versions: %s was at version %d before a call was made that shows %d",
        key,
        before,
        version);
    List<Seen> history = highest.computeIfAbsent(key, absent -> new ArrayList<>());
    long top = history.isEmpty() ? 0 : history.get(history.size() - 1).version();
    history.add(new Seen(ended, Math.max(top, version)));
  }

  /** How many versions clients have seen. */
  long seen() {
    return seen;
  }

  /** The highest version of {@code key} that was seen before {@code called}. */
  private long before(String key, long called) {
    List<Seen> history = highest.getOrDefault(key, List.of());
    int from = 0;
    int to = history.size();
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (history.get(middle).ended() < called) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from == 0 ? 0 : history.get(from - 1).version();
  }
}
