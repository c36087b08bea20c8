package io.flotilla.bench.cluster;

import io.flotilla.sim.FaultPlan;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The faults a seed has drawn. Some kinds are left out of each run: a little of everything never
 * reaches what a lot of one thing does (swarm testing).
 *
 * @param kinds done one by one
 * @param plan what happens by itself
 * @param pauseNanosMax the longest time between two of {@code kinds}
 */
record Swarm(List<FaultKind> kinds, FaultPlan plan, long pauseNanosMax) {
  private static final long MILLI = 1_000_000L;

  Swarm {
    kinds = List.copyOf(kinds);
  }

  static Swarm drawn(RandomGenerator random, Drops drops) {
    List<FaultKind> struck = new ArrayList<>();
    for (FaultKind kind : FaultKind.values()) {
      if (kind.isStruck()) {
        struck.add(kind);
      }
    }
    EnumSet<FaultKind> drawn = EnumSet.noneOf(FaultKind.class);
    drawn.add(struck.get(random.nextInt(struck.size())));
    drawn.add(struck.get(random.nextInt(struck.size())));
    for (FaultKind kind : struck) {
      if (random.nextInt(3) == 0) {
        drawn.add(kind);
      }
    }
    long pauseNanosMax = (200L << random.nextInt(3)) * MILLI;
    return new Swarm(List.copyOf(drawn), left(FaultPlan.drawn(random), drops), pauseNanosMax);
  }

  /** What is left of {@code plan}. */
  private static FaultPlan left(FaultPlan plan, Drops drops) {
    FaultPlan.Net net = plan.net();
    FaultPlan.Io io = plan.io();
    return new FaultPlan(
        new FaultPlan.Net(
            drops.has(FaultKind.LOSS) ? net.loss() : 0,
            drops.has(FaultKind.DUPLICATION) ? net.duplicate() : 0,
            drops.has(FaultKind.REORDERING) ? net.reorder() : 0,
            drops.has(FaultKind.LONG_DELAYS) ? net.longDelay() : 0,
            net.longDelayNanosMax()),
        new FaultPlan.Io(
            0,
            0,
            0,
            drops.has(FaultKind.SLOW_CALLS) ? io.slow() : 0,
            io.slowNanosMax(),
            drops.has(FaultKind.TORN_SECTORS) ? io.tornSector() : 0),
        plan.hopNanosMax(),
        plan.clockPpmMax());
  }
}
