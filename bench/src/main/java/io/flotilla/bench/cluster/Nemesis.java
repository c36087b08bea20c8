package io.flotilla.bench.cluster;

import io.flotilla.sim.FaultPlan;
import io.flotilla.sim.IoKind;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Does to a cluster what a seed says, one fault after the other, and repairs each after a while;
 * {@link #stop} repairs everything. Some kinds of faults are left out of each run: a little of
 * everything never reaches what a lot of one thing does.
 */
final class Nemesis {
  private static final long MILLI = 1_000_000L;
  private static final List<FaultKind> ALL = List.of(FaultKind.values());

  private final SimCluster cluster;
  private final Simulation simulation;
  private final RandomGenerator random;
  private final List<FaultKind> kinds;
  private final long pauseNanosMax;
  private final boolean[] isComingBack;
  private boolean isOver;
  private long faults;

  Nemesis(SimCluster cluster) {
    this.cluster = cluster;
    this.simulation = cluster.simulation();
    this.random = simulation.random("nemesis");
    this.kinds = drawn(random);
    this.pauseNanosMax = (200L << random.nextInt(3)) * MILLI;
    this.isComingBack = new boolean[cluster.nodes().size() + 1];
  }

  /** Begins; returns at once. */
  void start() {
    simulation.faults(FaultPlan.drawn(random));
    later();
    watch();
  }

  /** Repairs everything and does nothing more. */
  void stop() {
    isOver = true;
    simulation.faults(FaultPlan.NONE);
    simulation.network().heal();
    for (ClusterNode node : cluster.nodes()) {
      SimNode process = node.process();
      process.disk().slow(1);
      process.disk().fail(IoKind.SYNC, 0);
      process.disk().crashBefore(Long.MAX_VALUE - process.disk().mutations(), false);
      process.clockRate(0);
      if (node.isLatched()) {
        process.crash(false);
      }
      if (!process.isAlive()) {
        node.restart();
      }
    }
  }

  /** How many faults were done one by one. */
  long faults() {
    return faults;
  }

  List<FaultKind> kinds() {
    return kinds;
  }

  private static List<FaultKind> drawn(RandomGenerator random) {
    EnumSet<FaultKind> drawn = EnumSet.of(one(random), one(random));
    for (FaultKind kind : ALL) {
      if (random.nextInt(3) == 0) {
        drawn.add(kind);
      }
    }
    return List.copyOf(drawn);
  }

  private static FaultKind one(RandomGenerator random) {
    return ALL.get(random.nextInt(ALL.size()));
  }

  private void later() {
    simulation.at(
        random.nextLong(pauseNanosMax),
        "nemesis",
        () -> {
          if (!isOver) {
            strike(kinds.get(random.nextInt(kinds.size())));
            later();
          }
        });
  }

  /** Whoever died at a disk call, or has a broken disk, is started again by an operator. */
  private void watch() {
    simulation.at(
        100 * MILLI,
        "operator looks",
        () -> {
          if (!isOver) {
            for (ClusterNode node : cluster.nodes()) {
              if (node.isLatched() && node.process().isAlive()) {
                node.process().crash(random.nextBoolean());
              }
              if (!node.process().isAlive() && !isComingBack[node.id()]) {
                bringBack(node);
              }
            }
            watch();
          }
        });
  }

  private void bringBack(ClusterNode node) {
    isComingBack[node.id()] = true;
    simulation.at(
        random.nextLong(1_500 * MILLI),
        "operator restarts",
        () -> {
          isComingBack[node.id()] = false;
          if (!isOver && !node.process().isAlive()) {
            node.restart();
          }
        });
  }

  private void strike(FaultKind kind) {
    faults++;
    ClusterNode node = cluster.nodes().get(random.nextInt(cluster.nodes().size()));
    SimNode process = node.process();
    switch (kind) {
      case KILL -> process.crash(false);
      case POWER_LOSS -> process.crash(true);
      case KILL_AT_DISK -> process.disk().crashBefore(1 + random.nextInt(60), false);
      case POWER_LOSS_AT_DISK -> process.disk().crashBefore(1 + random.nextInt(60), true);
      case BLACKOUT -> cluster.nodes().forEach(each -> each.process().crash(true));
      case PAUSE -> process.pause(random.nextLong(3_000 * MILLI));
      case PARTITION, ISOLATE, ONE_WAY -> cut(kind, process);
      case SLOW_DISK -> slow(process);
      case CLOCK_RATE -> process.clockRate(random.nextLong(-1_000, 1_001));
      case SYNC_ERROR -> process.disk().fail(IoKind.SYNC, 1 + random.nextInt(20));
    }
  }

  private void slow(SimNode process) {
    process.disk().slow(1L << random.nextInt(1, 9));
    simulation.at(random.nextLong(3_000 * MILLI), "disk recovers", () -> process.disk().slow(1));
  }

  private void cut(FaultKind kind, SimNode process) {
    List<SimNode> some = new ArrayList<>();
    List<SimNode> others = new ArrayList<>();
    for (ClusterNode node : cluster.nodes()) {
      (random.nextBoolean() ? some : others).add(node.process());
    }
    switch (kind) {
      case ISOLATE -> simulation.network().isolate(process);
      case ONE_WAY -> others.forEach(other -> simulation.network().oneWay(other, process));
      default -> simulation.network().partition(some, others);
    }
    simulation.at(
        random.nextLong(4_000 * MILLI),
        "links recover",
        () -> {
          if (!isOver) {
            simulation.network().heal();
          }
        });
  }
}
