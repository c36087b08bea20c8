package io.flotilla.sim;

import java.util.random.RandomGenerator;

/**
 * How long things take on the network, in nanoseconds.
 *
 * @param delayMin the shortest way from one node to another
 * @param delayMax the longest without a fault
 * @param perKilobyte added for every 1,024 bytes
 * @param keepaliveMax the longest until a silent peer is given up
 * @param reconnectMax the longest pause before a refused connection is tried again
 */
public record NetworkTiming(
    long delayMin, long delayMax, long perKilobyte, long keepaliveMax, long reconnectMax) {
  /** One rack. */
  public static final NetworkTiming RACK =
      new NetworkTiming(50_000, 500_000, 1_000, 2_000_000_000L, 100_000_000);

  long delayNanos(RandomGenerator random, int bytes) {
    return random.nextLong(delayMin, delayMax + 1) + (((long) bytes * perKilobyte) >>> 10);
  }
}
