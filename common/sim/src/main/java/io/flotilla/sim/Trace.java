package io.flotilla.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What happened, as one number and as the last few lines.
 *
 * <p>The number is a rolling hash over time, node, kind and payload digest of every event: two runs
 * with equal hashes did the same. Lines are formatted only when somebody reads them.
 */
public final class Trace {
  private static final int KEPT = 512;
  private static final int PRINTED_ON_FAILURE = 40;

  private final long[] times = new long[KEPT];
  private final long[] digests = new long[KEPT];
  private final String[] nodes = new String[KEPT];
  private final String[] labels = new String[KEPT];
  private long count;
  private long hash = 0x243F6A8885A308D3L;
  private Optional<Consumer<String>> sink = Optional.empty();

  Trace() {}

  /** The hash over everything so far. */
  public long hash() {
    return hash;
  }

  /** How many lines there were. */
  public long count() {
    return count;
  }

  /** Sends every line from now on to {@code lines} as well; slow, for people. */
  public void sink(Consumer<String> lines) {
    sink = Optional.of(lines);
  }

  /** The last lines, oldest first; at most {@code linesMax} and at most 512. */
  public List<String> last(int linesMax) {
    int lines = (int) Math.min(Math.min(count, KEPT), linesMax);
    List<String> last = new ArrayList<>(lines);
    for (long at = count - lines; at < count; at++) {
      last.add(line((int) (at % KEPT)));
    }
    return last;
  }

  List<String> lastForFailure() {
    return last(PRINTED_ON_FAILURE);
  }

  void add(long timeNanos, String node, int ordinal, String label, long digest) {
    hash = mix(mix(mix(hash, timeNanos), ((long) ordinal << 32) ^ label.hashCode()), digest);
    int at = (int) (count % KEPT);
    times[at] = timeNanos;
    nodes[at] = node;
    labels[at] = label;
    digests[at] = digest;
    count++;
    if (sink.isPresent()) {
      sink.get().accept(line(at));
    }
  }

  static long mix(long hash, long value) {
    long mixed = (hash ^ value) * 0x9E3779B97F4A7C15L;
    return mixed ^ (mixed >>> 32);
  }

  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%d.%09d s", nanos / 1_000_000_000, nanos % 1_000_000_000);
  }

  private String line(int at) {
    return seconds(times[at])
        + "  "
        + nodes[at]
        + "  "
        + labels[at]
        + (digests[at] == 0 ? "" : "  #" + Long.toHexString(digests[at]));
  }
}
