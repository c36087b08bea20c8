package io.flotilla.sim;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

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
  private Optional<Listener> listener = Optional.empty();

  /** Hears of events as they happen. */
  public interface Listener {
    /** {@code label} says what happened on {@code node}; {@code digest} is of what it was about. */
    void happened(String node, String label, long digest);
  }

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

  /** Lets {@code listener} hear everything from now on, for it to choose from. */
  public void listen(Listener heard) {
    listener = Optional.of(heard);
  }

  /** The last lines, oldest first; at most {@code linesMax} and at most 512. */
  public List<String> last(int linesMax) {
    return last(linesMax, node -> true);
  }

  /** The last lines of the nodes whose names {@code concerned} wants; otherwise the same. */
  public List<String> last(int linesMax, Predicate<String> concerned) {
    ArrayDeque<String> last = new ArrayDeque<>();
    long oldest = Math.max(0, count - KEPT);
    for (long at = count - 1; at >= oldest && last.size() < linesMax; at--) {
      int slot = (int) (at % KEPT);
      if (concerned.test(nodes[slot])) {
        last.addFirst(line(slot));
      }
    }
    return List.copyOf(last);
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
    if (listener.isPresent()) {
      listener.get().happened(node, label, digest);
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
