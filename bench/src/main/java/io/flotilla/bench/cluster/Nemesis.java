package io.flotilla.bench.cluster;

import io.flotilla.sim.FaultPlan;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Does to a cluster what a seed says, one fault after the other, and repairs each after a while;
 * {@link #stop} repairs everything.
 *
 * <p>Each fault draws from a generator of its own, so that leaving one out changes no other.
 */
final class Nemesis {
  private static final long MILLI = 1_000_000L;
  private static final long PAUSE_NANOS_MAX = 3_000 * MILLI;
  private static final long LONG_PAUSE_NANOS_MAX = 12_000 * MILLI;

  private final SimCluster cluster;
  private final Simulation simulation;
  private final SplittableRandom random;
  private final Drops drops;
  private final Swarm swarm;
  private final LinkFaults links;
  private final DiskFaults disks;
  private final Map<FaultKind, Long> counts = new EnumMap<>(FaultKind.class);
  private final boolean[] isComingBack;
  private long strikes;
  private long endNanos;
  private boolean isOver;
  private boolean hasWiped;

  Nemesis(SimCluster cluster, Drops drops) {
    this.cluster = cluster;
    this.simulation = cluster.simulation();
    this.random = new SplittableRandom(simulation.random("nemesis").nextLong());
    this.drops = drops;
    this.swarm = Swarm.drawn(random.split(), drops);
    this.links = new LinkFaults(cluster);
    this.disks = new DiskFaults(simulation);
    this.isComingBack = new boolean[cluster.nodes().size() + 1];
  }

  /** Begins; returns at once. No pause lasts longer than {@code nanos} from now. */
  void start(long nanos) {
    endNanos = simulation.now() + nanos;
    simulation.faults(swarm.plan());
    later();
    watch();
  }

  /** Repairs everything and does nothing more. */
  void stop() {
    isOver = true;
    simulation.faults(FaultPlan.NONE);
    links.heal();
    for (ClusterNode node : cluster.nodes()) {
      SimNode process = node.process();
      disks.repair(process.disk());
      process.clockRate(0);
      if (node.isLatched()) {
        process.crash(false);
      }
      if (!process.isAlive()) {
        node.restart();
      }
    }
  }

  /** What was done, by kind. */
  Map<FaultKind, Long> counts() {
    return Collections.unmodifiableMap(counts);
  }

  /** The number of the last fault that was drawn, done or left out. */
  long strikes() {
    return strikes;
  }

  private void later() {
    simulation.at(
        random.nextLong(swarm.pauseNanosMax()),
        "nemesis",
        () -> {
          if (!isOver) {
            RandomGenerator own = random.split();
            FaultKind kind = swarm.kinds().get(own.nextInt(swarm.kinds().size()));
            if (drops.hasStrike(++strikes) && drops.has(kind)) {
              strike(kind, own);
            }
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

  private void strike(FaultKind kind, RandomGenerator own) {
    ClusterNode node = cluster.nodes().get(own.nextInt(cluster.nodes().size()));
    SimNode process = node.process();
    if (!process.isAlive() || (kind == FaultKind.WIPE && hasWiped)) {
      return;
    }
    counts.merge(kind, 1L, Long::sum);
    simulation.note(process, kind.label(), strikes);
    switch (kind) {
      case KILL -> process.crash(false);
      case POWER_LOSS -> process.crash(true);
      case KILL_AT_DISK -> process.disk().crashBefore(1 + own.nextInt(60), false);
      case POWER_LOSS_AT_DISK -> process.disk().crashBefore(1 + own.nextInt(60), true);
      case BLACKOUT -> cluster.nodes().forEach(each -> each.process().crash(true));
      case WIPE -> {
        hasWiped = true;
        process.crash(true);
        node.wipe();
      }
      case PAUSE -> pause(process, own);
      case CLOCK_RATE -> process.clockRate(own.nextLong(-1_000, 1_001));
      case CLOCK_JUMP -> process.clockJump(own.nextLong(5_000 * MILLI));
      case PARTITION, ISOLATE, ONE_WAY, BRIDGE, RING -> cut(kind, process, own);
      default -> disks.strike(kind, process.disk(), own);
    }
  }

  private void pause(SimNode process, RandomGenerator own) {
    long most = own.nextInt(8) == 0 ? LONG_PAUSE_NANOS_MAX : PAUSE_NANOS_MAX;
    process.pause(Math.min(own.nextLong(most), Math.max(0, endNanos - simulation.now())));
  }

  private void cut(FaultKind kind, SimNode process, RandomGenerator own) {
    links.cut(kind, process, own);
    simulation.at(
        own.nextLong(4_000 * MILLI),
        "links recover",
        () -> {
          if (!isOver) {
            links.heal();
          }
        });
  }
}
