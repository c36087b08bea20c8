package io.flotilla.deploy.doctor;

import java.util.Arrays;

/** Measured times in nanoseconds, sorted. */
final class Samples {
  private final long[] sorted;

  Samples(long[] nanos) {
    sorted = nanos.clone();
    Arrays.sort(sorted);
  }

  long median() {
    return at(50);
  }

  long p99() {
    return at(99);
  }

  long max() {
    return sorted[sorted.length - 1];
  }

  private long at(int percent) {
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }
}
