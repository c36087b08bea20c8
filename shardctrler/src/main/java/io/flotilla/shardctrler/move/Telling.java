package io.flotilla.shardctrler.move;

/** One thing that a group has to be told: when, and whether it is under way. */
final class Telling {
  private long dueNanos;
  private int failures;
  private boolean isUnderWay;

  Telling(long nowNanos) {
    this.dueNanos = nowNanos;
  }

  boolean isDue(long nowNanos) {
    return !isUnderWay && nowNanos - dueNanos >= 0;
  }

  /** Time until it is due; as far away as can be while the answer is awaited. */
  long remaining(long nowNanos) {
    return isUnderWay ? Long.MAX_VALUE : Math.max(0, dueNanos - nowNanos);
  }

  void sent() {
    isUnderWay = true;
  }

  /** It was heard, and means something; it is said again only to learn more. */
  void heard(long nextNanos) {
    isUnderWay = false;
    failures = 0;
    dueNanos = nextNanos;
  }

  /** Nobody answered, or the answer says nothing new. */
  void failed(long nowNanos, Backoff backoff) {
    isUnderWay = false;
    dueNanos = nowNanos + backoff.after(failures++);
  }
}
