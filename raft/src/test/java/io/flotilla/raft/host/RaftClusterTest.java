package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.ChangeResult;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.ProposeResult;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.RaftGroup;
import io.flotilla.raft.ReadResult;
import io.flotilla.raft.TransferResult;
import io.flotilla.sim.FaultPlan;
import io.flotilla.sim.IoKind;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole nodes, several groups on each, in a storm of crashes, power losses, failing disks,
 * partitions, message faults, changes of the members and transfers of leadership, drawn from a
 * seed: no term has two leaders, no index is applied in two ways, nothing acknowledged is lost, no
 * read is stale; and when the storm is over everybody agrees again.
 */
class RaftClusterTest {
  private static final long SECOND = SimRaftCluster.SECOND;
  private static final long MILLI = 1_000_000L;
  private static final int GROUPS = 3;

  /** Two chunks and a bit. */
  private static final int STATE_BYTES = 600_000;

  private static final AtomicLong SNAPSHOTS = new AtomicLong();
  private static final AtomicLong READS = new AtomicLong();
  private static final AtomicLong LATCHED = new AtomicLong();
  private static final Map<Class<?>, Integer> CHANGES = new LinkedHashMap<>();
  private static final Map<Class<?>, Integer> TRANSFERS = new LinkedHashMap<>();

  private Simulation simulation;
  private SimRaftCluster cluster;
  private RandomGenerator random;
  private long proposed;

  static IntStream seeds() {
    int first = Integer.getInteger("flotilla.sim.firstSeed", 1);
    return IntStream.range(first, first + Integer.getInteger("flotilla.sim.seeds", 20));
  }

  /** A storm in which nothing of a kind happens would show less than it says. */
  @AfterAll
  static void everyKindOfThingHappened() {
    assertThat(SNAPSHOTS.get()).isPositive();
    assertThat(LATCHED.get()).isPositive();
    assertThat(READS.get()).isPositive();
    assertThat(CHANGES).containsKey(ChangeResult.Done.class);
    assertThat(TRANSFERS).containsKey(TransferResult.Done.class);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void replicasAgreeThroughAStorm(long seed) {
    simulation = new Simulation(seed);
    random = simulation.random("storm");
    List<LedgerGroup> ledgers =
        IntStream.rangeClosed(1, GROUPS)
            .mapToObj(gid -> new LedgerGroup(new GroupId(gid, 1), founders(gid)))
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
    ledgers.forEach(this::everybodyJoins);
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

  /** The first group is everybody's; of the others some replicas wait to be made members. */
  private static Membership founders(int gid) {
    return gid == 1 ? Membership.NONE : Membership.of(List.of(1, 2, 3).subList(0, gid));
  }

  private void strike() {
    SimRaftNode victim = victim();
    switch (random.nextInt(20)) {
      case 0, 1 -> victim.crash(random.nextBoolean());
      case 2 -> cluster.nodes().forEach(node -> node.crash(true));
      case 3 -> simulation.network().isolate(victim.process());
      case 4 -> split();
      case 5 -> simulation.network().oneWay(victim.process(), other(victim).process());
      case 6 -> simulation.network().heal();
      case 7 -> pause(victim);
      case 8 -> breakDisk(victim);
      case 9, 10, 11 -> cluster.ledgers().forEach(this::change);
      case 12, 13 -> cluster.ledgers().forEach(this::handOver);
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

  /** Some call fails soon: the node promises nothing more until it is started again. */
  private void breakDisk(SimRaftNode victim) {
    IoKind kind = List.of(IoKind.SYNC, IoKind.WRITE, IoKind.LENGTH).get(random.nextInt(3));
    victim.process().disk().fail(kind, 1 + random.nextInt(20));
  }

  private void change(LedgerGroup ledger) {
    Membership target = members();
    onLeaders(
        ledger,
        group ->
            group.changeMembers(
                target, result -> CHANGES.merge(result.getClass(), 1, Integer::sum)));
  }

  private void handOver(LedgerGroup ledger) {
    int target = 1 + random.nextInt(cluster.nodes().size());
    onLeaders(
        ledger,
        group ->
            group.transferLeader(
                target, result -> TRANSFERS.merge(result.getClass(), 1, Integer::sum)));
  }

  private Membership members() {
    List<Integer> voters = new ArrayList<>();
    List<Integer> learners = new ArrayList<>();
    for (SimRaftNode node : cluster.nodes()) {
      switch (random.nextInt(5)) {
        case 0 -> {}
        case 1 -> learners.add(node.id());
        default -> voters.add(node.id());
      }
    }
    return voters.isEmpty()
        ? Membership.of(List.of(1))
        : new Membership(voters, List.of(), learners);
  }

  private void onLeaders(LedgerGroup ledger, Consumer<RaftGroup<Long>> action) {
    for (SimRaftNode node : cluster.nodes()) {
      if (cluster.leads(node, ledger)) {
        RaftGroup<Long> group = cluster.replica(node.id(), ledger);
        cluster.onLoop(node, () -> action.accept(group));
      }
    }
  }

  private SimRaftNode other(SimRaftNode node) {
    return cluster.node(1 + node.id() % cluster.nodes().size());
  }

  private void restartAll() {
    cluster.nodes().stream()
        .filter(SimRaftNode::isLatched)
        .forEach(
            node -> {
              LATCHED.incrementAndGet();
              node.crash(random.nextBoolean());
            });
    cluster.nodes().stream()
        .filter(node -> !node.process().isAlive())
        .forEach(SimRaftNode::restart);
  }

  private void load(LedgerGroup ledger) {
    readSomewhere(ledger);
    onLeaders(
        ledger,
        group -> {
          propose(ledger, group);
          read(ledger, group);
        });
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
    group.readIndex(notBefore(ledger));
  }

  /** Any replica may be asked; the answer is as good as the leader's. */
  private void readSomewhere(LedgerGroup ledger) {
    SimRaftNode node = cluster.node(1 + random.nextInt(cluster.nodes().size()));
    if (node.isStarted()) {
      RaftGroup<Long> group = cluster.replica(node.id(), ledger);
      cluster.onLoop(node, () -> group.readAnywhere(notBefore(ledger)));
    }
  }

  private static RaftGroup.ReadCallback notBefore(LedgerGroup ledger) {
    long before = ledger.acknowledged();
    return result -> {
      if (result instanceof ReadResult.Ready ready) {
        READS.incrementAndGet();
        assertThat(ready.applied().index()).as("a stale read").isGreaterThanOrEqualTo(before);
      }
    };
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
                restartAll(); // A disk fault asked for in the storm may strike only now.
                load(ledger);
              }
              return ledger.acknowledged() > before;
            },
            60 * SECOND);
    assertThat(serves).as("group %s serves again", ledger.id()).isTrue();
    boolean agree =
        simulation.runUntil(
            () -> {
              if (simulation.steps() % 512 == 0) {
                restartAll();
              }
              return membersOf(ledger).map(node -> applied(node, ledger)).distinct().count() == 1;
            },
            60 * SECOND);
    assertThat(agree).as("replicas of group %s catch up", ledger.id()).isTrue();
    assertThat(cluster.leader(ledger)).isPresent();
  }

  /** As the leader sees them; nobody's opinion counts where there is none. */
  private Stream<SimRaftNode> membersOf(LedgerGroup ledger) {
    return cluster.leader(ledger).stream()
        .flatMap(
            leader ->
                cluster.replica(leader.id(), ledger).status().membership().all().stream()
                    .map(cluster::node));
  }

  /** Whatever the storm has left: a change that includes everybody ends well. */
  private void everybodyJoins(LedgerGroup ledger) {
    Membership everybody = Membership.of(cluster.nodes().stream().map(SimRaftNode::id).toList());
    boolean done =
        simulation.runUntil(
            () -> {
              if (simulation.steps() % 4_096 == 0) {
                restartAll();
                onLeaders(ledger, group -> group.changeMembers(everybody, result -> {}));
              }
              return cluster.nodes().stream()
                  .allMatch(
                      node ->
                          cluster
                              .replica(node.id(), ledger)
                              .status()
                              .membership()
                              .equals(everybody));
            },
            60 * SECOND);
    assertThat(done).as("everybody joins group %s", ledger.id()).isTrue();
  }

  private LogPosition applied(SimRaftNode node, LedgerGroup ledger) {
    return node.isStarted()
        ? cluster.replica(node.id(), ledger).status().applied()
        : LogPosition.ZERO;
  }
}
