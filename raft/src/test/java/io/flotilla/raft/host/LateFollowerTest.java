package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.ProposeResult;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.RaftGroup;
import io.flotilla.raft.wal.WalConfig;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Followers that fall behind the entries in memory, at full load and with messages, batches and
 * segments of the size they have on a server: the group goes on without them, and they come back
 * while the load goes on.
 */
class LateFollowerTest {
  private static final long SECOND = SimRaftCluster.SECOND;
  private static final long MILLI = 1_000_000L;
  private static final int OUTSTANDING = 256;
  private static final int COMMAND_BYTES = 1_000;
  private static final long TAIL_BYTES = 1L << 20;
  private static final int STATE_BYTES = 3 << 20;

  /** Half a second of the load. */
  private static final long NEAR = 4_000;

  private static long fetchedFromDisk;
  private static long snapshots;

  private Simulation simulation;
  private SimRaftCluster cluster;
  private LedgerGroup ledger;
  private RandomGenerator random;
  private long proposed;
  private long answered;
  private boolean isLoaded = true;

  static IntStream seeds() {
    return IntStream.rangeClosed(1, Integer.getInteger("flotilla.lateSeeds", 1));
  }

  /** A run in which everybody is always near proves nothing about those who are not. */
  @AfterAll
  static void followersWereFedFromDiskAndBySnapshots() {
    assertThat(fetchedFromDisk).isPositive();
    assertThat(snapshots).isPositive();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aLateFollowerComesBackUnderFullLoad(long seed) {
    simulation = new Simulation(seed);
    random = simulation.random("late");
    ledger = new LedgerGroup(new GroupId(1, 1));
    cluster =
        new SimRaftCluster(
            simulation, 3, shortTail(), WalConfig.DEFAULT, List.of(ledger), STATE_BYTES);
    goOnFor(SECOND);
    for (int hit = 0; hit < 4; hit++) {
      SimRaftNode leader = leader();
      List<SimRaftNode> followers = new ArrayList<>(cluster.nodes());
      followers.remove(leader);
      hit(followers.get(random.nextInt(2)), leader);
      if (random.nextInt(3) == 0) {
        followers.forEach(follower -> hit(follower, leader));
      }
      long before = answered;
      goOnFor(3 * SECOND);
      assertThat(answered)
          .as("answers in the three seconds after hit %d", hit)
          .isGreaterThan(before);
      allAreNear(hit);
    }
    isLoaded = false;
    simulation.runFor(2 * SECOND);
    assertThat(answered).as("every proposal is answered").isEqualTo(proposed);
    fetchedFromDisk += simulation.meter().counted("flotilla_raft_fetches_total");
    snapshots += simulation.meter().counted("flotilla_raft_snapshots_installed_total");
  }

  /** A tail shorter than what may be in flight, checkpoints after a second of load. */
  private static RaftConfig shortTail() {
    RaftConfig usual = RaftConfig.DEFAULT;
    return new RaftConfig(
        usual.heartbeatNanos(),
        usual.electionMinNanos(),
        usual.electionMaxNanos(),
        usual.maxEntriesPerMessage(),
        usual.maxBytesPerMessage(),
        usual.maxInflightMessages(),
        usual.maxInflightBytes(),
        usual.maxUncommittedBytes(),
        TAIL_BYTES,
        16L << 20,
        usual.maxWaitingReads());
  }

  private void hit(SimRaftNode follower, SimRaftNode leader) {
    long nanos = random.nextLong(100 * MILLI, 1_500 * MILLI);
    switch (random.nextInt(4)) {
      case 0 -> follower.process().pause(nanos);
      case 1 -> {
        simulation.network().isolate(follower.process());
        simulation.at(nanos, "heal", () -> simulation.network().heal());
      }
      case 2 -> {
        follower.process().disk().slow(200);
        simulation.at(nanos, "quick again", () -> follower.process().disk().slow(1));
      }
      default -> {
        if (follower.process().isAlive() && leader != follower) {
          follower.crash(random.nextBoolean());
          simulation.at(nanos, "restart", follower::restart);
        }
      }
    }
  }

  private void allAreNear(int hit) {
    for (SimRaftNode node : cluster.nodes()) {
      long behind =
          ledger.acknowledged() - cluster.replica(node.id(), ledger).status().commitIndex();
      assertThat(behind)
          .as("entries that node %d is behind after hit %d: %s", node.id(), hit, peers())
          .isLessThan(NEAR);
    }
  }

  private List<GroupProbe.Peer> peers() {
    return leader().host().probe(ledger.id()).orElseThrow().peers();
  }

  private SimRaftNode leader() {
    assertThat(simulation.runUntil(() -> cluster.leader(ledger).isPresent(), 5 * SECOND)).isTrue();
    return cluster.leader(ledger).orElseThrow();
  }

  private void goOnFor(long nanos) {
    long end = simulation.now() + nanos;
    while (simulation.now() < end) {
      cluster.nodes().stream().filter(node -> cluster.leads(node, ledger)).forEach(this::load);
      simulation.runFor(2 * MILLI);
    }
  }

  private void load(SimRaftNode leader) {
    RaftGroup<Long> group = cluster.replica(leader.id(), ledger);
    cluster.onLoop(
        leader,
        () -> {
          for (int i = 0; i < 16 && proposed - answered < OUTSTANDING && isLoaded; i++) {
            proposed++;
            propose(group);
          }
        });
  }

  private void propose(RaftGroup<Long> group) {
    ByteString command =
        ByteString.copyFromUtf8(proposed + "-")
            .concat(ByteString.copyFrom(new byte[COMMAND_BYTES]));
    group.propose(
        command,
        result -> {
          answered++;
          if (result instanceof ProposeResult.Applied<Long> applied) {
            ledger.acknowledged(applied.position(), command);
          }
        });
  }
}
