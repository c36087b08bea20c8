package io.flotilla.client;

import java.util.random.RandomGenerator;

/** How long to wait before the next attempt: doubling, jittered, bounded. Owned by the loop. */
final class Backoff {
  private static final long FIRST_NANOS = 2_000_000;
  private static final long MAX_NANOS = 200_000_000;
  private static final int DOUBLINGS_MAX = 10;

  private final RandomGenerator random;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** Nanoseconds before attempt number {@code attempts + 1}. */
  long nanosAfter(int attempts) {
    long ceiling = Math.min(MAX_NANOS, FIRST_NANOS << Math.min(attempts, DOUBLINGS_MAX));
    return ceiling / 2 + random.nextLong(ceiling / 2 + 1);
  }
}
