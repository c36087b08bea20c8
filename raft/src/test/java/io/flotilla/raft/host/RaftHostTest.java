package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.ProposeResult;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.RaftGroup;
import io.flotilla.raft.ReadResult;
import io.flotilla.sim.IoKind;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of replicas whose node fails or gives them up. */
class RaftHostTest {
  private static final long SECOND = SimRaftCluster.SECOND;

  private final LedgerGroup ledger = new LedgerGroup(new GroupId(1, 1));
  private final Simulation simulation = new Simulation(11);
  private final SimRaftCluster cluster =
      new SimRaftCluster(simulation, 3, RaftConfig.FAST, List.of(ledger), 100);
  private final List<ProposeResult<Long>> proposed = new ArrayList<>();
  private final List<ReadResult> read = new ArrayList<>();

  @Test
  void aNodeWithABrokenDiskLeadsNothingAndRefusesAtOnce() {
    SimRaftNode leader = awaitLeader();
    RaftGroup<Long> replica = cluster.replica(leader.id(), ledger);
    leader.process().disk().fail(IoKind.SYNC, 1);
    ask(leader, replica);
    assertThat(simulation.runUntil(() -> leader.host().isLatched(), SECOND)).isTrue();
    assertThat(replica.status().isLeader()).isFalse();
    assertThat(proposed).doesNotHaveAnyElementsOfTypes(ProposeResult.Applied.class);
    refusesAtOnce(leader, replica);
    assertThat(
            simulation.runUntil(
                () -> cluster.leader(ledger).isPresent() && !cluster.leads(leader, ledger),
                5 * SECOND))
        .isTrue();
  }

  @Test
  void aRemovedReplicaRefusesAtOnceAndTellsItsListener() {
    SimRaftNode leader = awaitLeader();
    RaftGroup<Long> replica = cluster.replica(leader.id(), ledger);
    ask(leader, replica);
    cluster.onLoop(leader, () -> leader.host().remove(ledger.id()));
    simulation.runFor(SECOND / 10);
    assertThat(leader.host().groups()).isEmpty();
    assertThat(replica.status().isLeader()).isFalse();
    refusesAtOnce(leader, replica);
  }

  private void refusesAtOnce(SimRaftNode node, RaftGroup<Long> replica) {
    proposed.clear();
    read.clear();
    ask(node, replica);
    simulation.runFor(1_000_000);
    assertThat(proposed).containsExactly(new ProposeResult.NotLeader<>(0));
    assertThat(read).containsExactly(new ReadResult.NotLeader(0));
  }

  private void ask(SimRaftNode node, RaftGroup<Long> replica) {
    cluster.onLoop(
        node,
        () -> {
          replica.propose(ByteString.copyFromUtf8("command"), proposed::add);
          replica.readIndex(read::add);
        });
  }

  private SimRaftNode awaitLeader() {
    assertThat(simulation.runUntil(() -> cluster.leader(ledger).isPresent(), 5 * SECOND)).isTrue();
    simulation.runFor(SECOND);
    return cluster.leader(ledger).orElseThrow();
  }
}
