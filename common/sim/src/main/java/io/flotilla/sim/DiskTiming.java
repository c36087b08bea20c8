package io.flotilla.sim;

import java.util.random.RandomGenerator;

/**
 * How long the calls of a disk take, in nanoseconds; the default is a quiet local SSD.
 *
 * @param callMin the shortest write, read or change of a name
 * @param callMax the longest of these
 * @param syncMin the shortest sync
 * @param syncMax the longest sync
 * @param perKilobyte added for every 1,024 bytes moved
 */
public record DiskTiming(long callMin, long callMax, long syncMin, long syncMax, long perKilobyte) {
  /** A quiet local SSD. */
  public static final DiskTiming SSD = new DiskTiming(2_000, 10_000, 66_000, 200_000, 300);

  /** A disk that takes no time, for tests that only look at contents. */
  public static final DiskTiming INSTANT = new DiskTiming(0, 0, 0, 0, 0);

  long callNanos(RandomGenerator random, long bytes) {
    return between(random, callMin, callMax) + ((bytes * perKilobyte) >>> 10);
  }

  long syncNanos(RandomGenerator random) {
    return between(random, syncMin, syncMax);
  }

  private static long between(RandomGenerator random, long min, long max) {
    return min >= max ? min : random.nextLong(min, max);
  }
}
