package io.flotilla.bench.load;

import java.util.concurrent.atomic.AtomicLong;

/**
 * When operations are meant to start. Any thread.
 *
 * <p>In an open loop each start has its time before the run begins. One that comes late because all
 * slots are taken keeps that time, and its latency is counted from it: a cluster that stalls cannot
 * hide the wait of those who would have asked meanwhile.
 */
final class Pace {
  /** Nothing is to be started now. */
  static final long NONE = Long.MIN_VALUE;

  private static final double NANOS_A_SECOND = 1e9;

  private final long startNanos;
  private final long endNanos;
  private final double rate;
  private final AtomicLong taken = new AtomicLong();

  /**
   * @param rate starts a second; 0 for a closed loop, in which every moment is a good one
   */
  Pace(long startNanos, long endNanos, double rate) {
    this.startNanos = startNanos;
    this.endNanos = endNanos;
    this.rate = rate;
  }

  /** The intended start of the operation to start now, or {@link #NONE}. */
  long take(long nowNanos) {
    if (nowNanos >= endNanos) {
      return NONE;
    }
    if (rate == 0) {
      return nowNanos;
    }
    while (true) {
      long index = taken.get();
      long due = due(index);
      if (due > nowNanos) {
        return NONE;
      }
      if (taken.compareAndSet(index, index + 1)) {
        return due;
      }
    }
  }

  /** How long nothing will be due, as seen now. */
  long idleNanos(long nowNanos) {
    return rate == 0 ? 0 : Math.max(0, due(taken.get()) - nowNanos);
  }

  boolean isOver(long nowNanos) {
    return nowNanos >= endNanos;
  }

  /** Starts that fell due before the end and were never made, because no slot was free. */
  long missed() {
    if (rate == 0) {
      return 0;
    }
    double planned = Math.ceil((endNanos - startNanos) / NANOS_A_SECOND * rate);
    return Math.max(0, (long) planned - taken.get());
  }

  private long due(long index) {
    return startNanos + (long) (index / rate * NANOS_A_SECOND);
  }
}
