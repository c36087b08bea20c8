package io.flotilla.bench.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Counts how operations ended, those that were begun while it is measured. Any thread.
 *
 * <p>What counts is the time an operation was begun: one that is under way when the warm-up ends is
 * not measured, one that is under way at the end is, so the two borders even out, and the slow ones
 * at the end are not lost.
 */
final class Tally {
  private static final long LATENCY_NANOS_MAX = TimeUnit.HOURS.toNanos(2);
  private static final int DIGITS = 3;

  private final long fromNanos;
  private final long toNanos;
  private final Histogram latencies = new Histogram(LATENCY_NANOS_MAX, DIGITS);
  private long errors;
  private long unknown;
  private long answersInAll;

  Tally(long fromNanos, long toNanos) {
    this.fromNanos = fromNanos;
    this.toNanos = toNanos;
  }

  synchronized void acknowledged(long begunNanos, long latencyNanos) {
    answersInAll++;
    if (counts(begunNanos)) {
      latencies.recordValue(Math.min(Math.max(0, latencyNanos), LATENCY_NANOS_MAX));
    }
  }

  synchronized void failed(long begunNanos) {
    errors += counts(begunNanos) ? 1 : 0;
  }

  synchronized void unknown(long begunNanos) {
    unknown += counts(begunNanos) ? 1 : 0;
  }

  /** Acknowledged answers so far, warm-up included. */
  synchronized long answersInAll() {
    return answersInAll;
  }

  synchronized LoadReport report(LoadConfig config, long missed) {
    return new LoadReport(
        config.workload().word(),
        config.concurrency(),
        config.seconds(),
        latencies.getTotalCount(),
        micros(latencies.getValueAtPercentile(50)),
        micros(latencies.getValueAtPercentile(99)),
        micros(latencies.getValueAtPercentile(99.9)),
        micros(latencies.getMaxValue()),
        errors,
        unknown,
        missed);
  }

  private boolean counts(long begunNanos) {
    return fromNanos <= begunNanos && begunNanos < toNanos;
  }

  private static long micros(long nanos) {
    return Math.round(nanos / 1e3);
  }
}
