package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.GroupId;
import io.flotilla.raft.RaftConfig;
import io.flotilla.sim.IoKind;
import io.flotilla.sim.Simulation;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Disks that fail, lose power or come back empty, under whole nodes (docs/catalogue.md). */
final class FailedDiskTest {
  private static final long SECOND = LabRaft.SECOND;
  private static final long MILLI = LabRaft.MILLI;

  static LongStream seeds() {
    return LabRaft.seeds();
  }

  @ParameterizedTest // the result of writing a vote counts: without it there is no vote
  @EnumSource(names = {"WRITE", "SYNC"})
  void aVoteThatCannotBeWrittenIsNotGiven(IoKind kind) {
    LedgerGroup ledger = new LedgerGroup(new GroupId(1, 1));
    Simulation simulation = new Simulation(5);
    SimRaftCluster cluster =
        new SimRaftCluster(simulation, 3, RaftConfig.FAST, List.of(ledger), 100);
    simulation.runUntil(() -> cluster.leader(ledger).isPresent(), 5 * SECOND);
    simulation.runFor(SECOND);
    SimRaftNode leader = cluster.leader(ledger).orElseThrow();
    SimRaftNode voter = cluster.node(leader.id() % 3 + 1);
    voter.process().disk().fail(kind, 1);

    leader.crash(true);
    simulation.runFor(5 * SECOND);

    assertThat(voter.host().isLatched()).isTrue();
    assertThat(cluster.leader(ledger)).as("a leader with one voter of three").isEmpty();
    assertThat(ledger.terms()).isEqualTo(1);

    leader.restart();
    assertThat(simulation.runUntil(() -> cluster.leader(ledger).isPresent(), 5 * SECOND)).isTrue();
  }

  @ParameterizedTest // alone, it is its own majority, and its own disk is the only one there is
  @MethodSource("seeds")
  void aGroupOfOneAcknowledgesNothingItCouldLose(long seed) {
    LabRaft lab = new LabRaft(seed, 1);
    lab.oneWithRetry(1);
    for (int round = 0; round < 30; round++) {
      for (int at = 0; at < 5; at++) {
        lab.shoot(lab.command());
        lab.sleep(lab.random().nextLong(MILLI));
      }
      long acknowledged = lab.ledger().acknowledged();
      lab.crash(1);
      lab.start(1);
      lab.sleep(SECOND / 10);
      assertThat(lab.status(1).applied().index()).isGreaterThanOrEqualTo(acknowledged);
    }
    assertThat(lab.acknowledged()).hasSizeGreaterThan(30);
  }

  @Test // an empty disk has forgotten its votes: whoever has it is not the old member
  void aWipedNodeNeitherVotesNorCounts() {
    LedgerGroup ledger = new LedgerGroup(new GroupId(1, 1));
    Simulation simulation = new Simulation(8);
    SimRaftCluster cluster =
        new SimRaftCluster(simulation, 3, RaftConfig.FAST, List.of(ledger), 100);
    simulation.runUntil(() -> cluster.leader(ledger).isPresent(), 5 * SECOND);
    SimRaftNode wiped = cluster.node(3);
    wiped.crash(true);
    wiped.process().disk().wipe();
    wiped.restart();
    simulation.runFor(2 * SECOND);
    assertThat(wiped.isStarted()).as("it waits to be told what it is").isFalse();
    assertThat(cluster.leader(ledger)).isPresent();

    SimRaftNode other = cluster.leader(ledger).orElseThrow();
    other.crash(false);
    simulation.runFor(5 * SECOND);
    assertThat(cluster.leader(ledger)).as("one of three, and one that was wiped").isEmpty();
    other.restart();
    assertThat(simulation.runUntil(() -> cluster.leader(ledger).isPresent(), 5 * SECOND)).isTrue();
  }
}
