package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.ProposeResult;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.RaftGroup;
import io.flotilla.raft.ReadResult;
import io.flotilla.sim.FaultPlan;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole nodes, several groups on each, in a storm of crashes, power losses, partitions and message
 * faults drawn from a seed: no term has two leaders, no index is applied in two ways, nothing
 * acknowledged is lost, no read is stale; and when the storm is over everybody agrees again.
 */
class RaftClusterTest {
  private static final long SECOND = SimRaftCluster.SECOND;
  private static final long MILLI = 1_000_000L;
  private static final int GROUPS = 3;

  /** Two chunks and a bit. */
  private static final int STATE_BYTES = 600_000;

  private static final AtomicLong SNAPSHOTS = new AtomicLong();

  private Simulation simulation;
  private SimRaftCluster cluster;
  private RandomGenerator random;
  private long proposed;

  static IntStream seeds() {
    return IntStream.rangeClosed(1, Integer.getInteger("flotilla.sim.seeds", 20));
  }

  /** A storm in which nobody falls behind a shortened log would show less than it says. */
  @AfterAll
  static void snapshotsWereInstalled() {
    assertThat(SNAPSHOTS.get()).isPositive();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void replicasAgreeThroughAStorm(long seed) {
    simulation = new Simulation(seed);
    random = simulation.random("storm");
    List<LedgerGroup> ledgers =
        IntStream.rangeClosed(1, GROUPS)
            .mapToObj(gid -> new LedgerGroup(new GroupId(gid, 1)))
            .toList();
    int size = random.nextBoolean() ? 3 : 5;
    cluster = new SimRaftCluster(simulation, size, smallLogs(), ledgers, STATE_BYTES);
    simulation.faults(FaultPlan.drawn(random));

    long stormEnds = simulation.now() + 10 * SECOND;
    while (simulation.now() < stormEnds) {
      strike();
      long calmEnds = simulation.now() + random.nextLong(100 * MILLI, 1_500 * MILLI);
      while (simulation.now() < calmEnds) {
        ledgers.forEach(this::load);
        simulation.runFor(random.nextLong(5 * MILLI, 40 * MILLI));
      }
    }
    calm();
    ledgers.forEach(this::convergesAgain);
    assertThat(cluster.nodes()).allSatisfy(node -> assertThat(node.failures()).isEmpty());
    SNAPSHOTS.addAndGet(simulation.meter().counted("flotilla_raft_snapshots_installed_total"));
  }

  /** Logs so short that replicas which were away need snapshots. */
  private static RaftConfig smallLogs() {
    return new RaftConfig(
        50 * MILLI,
        150 * MILLI,
        300 * MILLI,
        64,
        16 << 10,
        8,
        64 << 10,
        256 << 10,
        4 << 10,
        12 << 10,
        64);
  }

  private void strike() {
    SimRaftNode victim = victim();
    switch (random.nextInt(14)) {
      case 0, 1 -> victim.crash(random.nextBoolean());
      case 2 -> cluster.nodes().forEach(node -> node.crash(true));
      case 3 -> simulation.network().isolate(victim.process());
      case 4 -> split();
      case 5 -> simulation.network().oneWay(victim.process(), other(victim).process());
      case 6 -> simulation.network().heal();
      case 7 -> pause(victim);
      default -> {
        simulation.network().heal();
        restartAll();
      }
    }
  }

  /** Whoever leads is hit more often: that is where promises are broken. */
  private SimRaftNode victim() {
    SimRaftNode any = cluster.node(1 + random.nextInt(cluster.nodes().size()));
    return random.nextBoolean() ? cluster.leader(cluster.ledgers().get(0)).orElse(any) : any;
  }

  private void split() {
    List<SimNode> all = cluster.nodes().stream().map(SimRaftNode::process).toList();
    int cut = 1 + random.nextInt(all.size() - 1);
    simulation.network().partition(all.subList(0, cut), all.subList(cut, all.size()));
  }

  private void pause(SimRaftNode victim) {
    if (victim.process().isAlive()) {
      victim.process().pause(random.nextLong(50 * MILLI, 2_000 * MILLI));
    }
  }

  private SimRaftNode other(SimRaftNode node) {
    return cluster.node(1 + node.id() % cluster.nodes().size());
  }

  private void restartAll() {
    cluster.nodes().stream()
        .filter(node -> !node.process().isAlive())
        .forEach(SimRaftNode::restart);
  }

  private void load(LedgerGroup ledger) {
    for (SimRaftNode node : cluster.nodes()) {
      if (cluster.leads(node, ledger)) {
        RaftGroup<Long> group = cluster.replica(node.id(), ledger);
        cluster.onLoop(
            node,
            () -> {
              propose(ledger, group);
              read(ledger, group);
            });
      }
    }
  }

  private void propose(LedgerGroup ledger, RaftGroup<Long> group) {
    ByteString command =
        ByteString.copyFromUtf8(++proposed + "-" + "x".repeat(random.nextInt(600)));
    group.propose(
        command,
        result -> {
          if (result instanceof ProposeResult.Applied<Long> applied) {
            ledger.acknowledged(applied.position(), command);
          }
        });
  }

  private static void read(LedgerGroup ledger, RaftGroup<Long> group) {
    long before = ledger.acknowledged();
    group.readIndex(
        result -> {
          if (result instanceof ReadResult.Ready ready) {
            assertThat(ready.applied().index()).as("a stale read").isGreaterThanOrEqualTo(before);
          }
        });
  }

  private void calm() {
    simulation.faults(FaultPlan.NONE);
    simulation.network().heal();
    restartAll();
  }

  private void convergesAgain(LedgerGroup ledger) {
    long before = ledger.acknowledged();
    boolean serves =
        simulation.runUntil(
            () -> {
              if (simulation.steps() % 512 == 0) {
                load(ledger);
              }
              return ledger.acknowledged() > before;
            },
            60 * SECOND);
    assertThat(serves).as("group %s serves again", ledger.id()).isTrue();
    boolean agree =
        simulation.runUntil(
            () ->
                cluster.nodes().stream().map(node -> applied(node, ledger)).distinct().count() == 1,
            60 * SECOND);
    assertThat(agree).as("replicas of group %s catch up", ledger.id()).isTrue();
    assertThat(cluster.leader(ledger)).isPresent();
  }

  private LogPosition applied(SimRaftNode node, LedgerGroup ledger) {
    return node.isStarted()
        ? cluster.replica(node.id(), ledger).status().applied()
        : LogPosition.ZERO;
  }
}
