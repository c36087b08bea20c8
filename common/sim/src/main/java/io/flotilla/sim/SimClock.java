package io.flotilla.sim;

/** The monotonic clock of one node: any origin, a rate that may be wrong, jumps forward. */
final class SimClock {
  private static final long MILLION = 1_000_000;

  /** Nine years: "for ever" must not overflow. */
  private static final long DELAY_MAX = 1L << 58;

  private long virtualBase;
  private long localBase;
  private long ratePpm;

  SimClock(long originNanos) {
    this.localBase = originNanos;
  }

  /** Local time at the virtual instant {@code nowNanos}. */
  long read(long nowNanos) {
    long elapsed = nowNanos - virtualBase;
    long drift = elapsed / MILLION * ratePpm + elapsed % MILLION * ratePpm / MILLION;
    return localBase + elapsed + drift;
  }

  /** Runs fast by {@code ratePpm} parts per million from now on, or slow if negative. */
  void rate(long nowNanos, long ppm) {
    localBase = read(nowNanos);
    virtualBase = nowNanos;
    ratePpm = ppm;
  }

  /** Moves local time forward at once, as a suspended machine sees it. */
  void jump(long nanos) {
    localBase += nanos;
  }

  /** Virtual nanoseconds until local time has advanced by at least {@code localNanos}. */
  long toVirtual(long localNanos) {
    long delay = Math.min(localNanos, DELAY_MAX);
    if (ratePpm == 0) {
      return delay;
    }
    // Two more for the two roundings: a timer that fires early would break the loop's contract.
    return (long) (delay * ((double) MILLION / (MILLION + ratePpm))) + 2;
  }
}
