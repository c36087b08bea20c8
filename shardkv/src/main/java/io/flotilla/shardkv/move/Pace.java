package io.flotilla.shardkv.move;

/**
 * Keeps copies of this node together below a rate, so that clients keep the better part of its
 * disks and cores. Owned by the loop.
 */
final class Pace {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final long bytesPerSecond;
  private long freeAtNanos;

  /** At most {@code bytesPerSecond} on average, at most 1 GB. */
  Pace(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  /** How long to wait before anything more is sent. */
  long delayNanos(long nowNanos) {
    return Math.max(0, freeAtNanos - nowNanos);
  }

  /** So much was sent. */
  void sent(long nowNanos, int bytes) {
    freeAtNanos = Math.max(freeAtNanos, nowNanos) + bytes * SECOND_NANOS / bytesPerSecond;
  }
}
