package io.flotilla.bench.cluster;

import io.flotilla.sim.IoKind;
import io.flotilla.sim.SimDisk;
import io.flotilla.sim.Simulation;
import java.util.random.RandomGenerator;

/** Ways in which a disk fails its node without losing what it has. */
final class DiskFaults {
  private static final long MILLI = 1_000_000L;
  private static final long ENDLESS = 1L << 40;

  private final Simulation simulation;

  DiskFaults(Simulation simulation) {
    this.simulation = simulation;
  }

  /** Does {@code kind} to {@code disk}; what ends by itself is scheduled to. */
  void strike(FaultKind kind, SimDisk disk, RandomGenerator random) {
    switch (kind) {
      case SLOW_DISK -> {
        disk.slow(1L << random.nextInt(1, 9));
        simulation.at(random.nextLong(3_000 * MILLI), "disk recovers", () -> disk.slow(1));
      }
      case FULL_DISK -> {
        disk.capacity(disk.used() + random.nextInt(1 << 19));
        simulation.at(
            random.nextLong(4_000 * MILLI), "space returns", () -> disk.capacity(ENDLESS));
      }
      case SYNC_ERROR ->
          disk.fail(random.nextInt(4) == 0 ? IoKind.DIR_SYNC : IoKind.SYNC, soon(random));
      case WRITE_ERROR -> disk.fail(IoKind.WRITE, soon(random));
      case READ_ERROR -> disk.fail(IoKind.READ, soon(random));
      default ->
          disk.fail(random.nextBoolean() ? IoKind.NAME : IoKind.LENGTH, 1 + random.nextInt(3));
    }
  }

  /** Takes everything back that has not happened yet. */
  void repair(SimDisk disk) {
    disk.slow(1);
    disk.capacity(ENDLESS);
    for (IoKind kind : IoKind.values()) {
      disk.fail(kind, 0);
    }
    disk.crashBefore(Long.MAX_VALUE - disk.mutations(), false);
  }

  private static int soon(RandomGenerator random) {
    return 1 + random.nextInt(20);
  }
}
