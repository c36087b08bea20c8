package io.flotilla.shardctrler.move;

/** How long to wait before the next try: doubling, bounded. */
record Backoff(long firstNanos, long maxNanos) {
  long after(int failures) {
    return Math.min(maxNanos, firstNanos << Math.min(failures, 20));
  }
}
