package io.flotilla.shardctrler.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.shardctrler.state.CtrlCommand.AbortMove;
import io.flotilla.shardctrler.state.CtrlCommand.Ack;
import io.flotilla.shardctrler.state.CtrlCommand.Acknowledge;
import io.flotilla.shardctrler.state.CtrlCommand.Assign;
import io.flotilla.shardctrler.state.CtrlCommand.Cancel;
import io.flotilla.shardctrler.state.CtrlCommand.CommitMoves;
import io.flotilla.shardctrler.state.CtrlCommand.Leave;
import io.flotilla.shardctrler.state.CtrlCommand.Ready;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MoveRulesTest {
  private final Controller controller = new Controller();

  @Test
  void firstOwnershipNeedsOnlyTheTargetsWord() {
    controller.join(1);
    Move move = controller.start(0);
    assertThat(move.isFirstOwnership()).isTrue();
    assertThat(move.newEpoch()).isEqualTo(1);
    controller.commitAll();
    assertThat(controller.entry(0)).isEqualTo(new ShardEntry(1, 1, 1));
    acknowledge(move, true);
    assertThat(controller.state().moves()).isEmpty();
    assertThat(controller.state().finished())
        .last()
        .extracting(Move::phase)
        .isEqualTo(Move.Phase.DONE);
  }

  @Test
  void ownershipChangesAtCommitAndNowhereElse() {
    Move move = moving();
    assertThat(controller.entry(0).owner()).isEqualTo(move.from());
    long before = controller.state().map().version();
    controller.commitAll();
    assertThat(controller.state().map().version()).isEqualTo(before + 1);
    assertThat(controller.entry(0))
        .isEqualTo(new ShardEntry(move.to(), move.to(), move.newEpoch()));
    controller.commitAll();
    assertThat(controller.state().map().version()).isEqualTo(before + 1);
  }

  @Test
  void doneNeedsBothSidesInAnyOrder() {
    for (boolean isTargetFirst : List.of(true, false)) {
      Move move = moving();
      controller.commitAll();
      acknowledge(move, isTargetFirst);
      assertThat(controller.state().move(move.id())).isPresent();
      acknowledge(move, isTargetFirst);
      assertThat(controller.state().move(move.id())).isPresent();
      acknowledge(move, !isTargetFirst);
      assertThat(controller.state().move(move.id())).isEmpty();
    }
  }

  @Test
  void noSecondMoveOfAShardStartsBeforeTheFirstIsDone() {
    Move move = moving();
    controller.changed(new Cancel(move.id()));
    controller.changed(new CtrlCommand.StartMoves(List.of(0)));
    assertThat(controller.state().moveOf(0)).map(Move::id).contains(move.id());
    assertThat(controller.refused(new Assign(0, move.to()))).contains("in move");
  }

  @Test
  void abortBurnsTheEpoch() {
    Move move = moving();
    controller.changed(new AbortMove(move.id(), "over the bound"));
    assertThat(controller.entry(0))
        .isEqualTo(new ShardEntry(move.to(), move.from(), move.newEpoch() + 1));
    controller.acknowledgeAll();
    assertThat(controller.state().finished())
        .last()
        .extracting(Move::reason)
        .isEqualTo("over the bound");
    assertThat(controller.start(0).newEpoch()).isEqualTo(move.newEpoch() + 2);
  }

  @Test
  void commitAndAbortExcludeEachOther() {
    Move move = moving();
    controller.changed(new AbortMove(move.id(), "no"));
    controller.commitAll();
    assertThat(controller.entry(0).owner()).isEqualTo(move.from());
    controller.acknowledgeAll();
    Move next = controller.start(0);
    controller.commitAll();
    controller.changed(new AbortMove(next.id(), "too late"));
    assertThat(controller.entry(0).owner()).isEqualTo(next.to());
    assertThat(controller.state().move(next.id())).map(Move::phase).contains(Move.Phase.COMMITTED);
  }

  @Test
  void cancelledShardStaysWhereItIs() {
    Move move = moving();
    controller.changed(new Cancel(move.id()));
    assertThat(controller.entry(0).target()).isEqualTo(move.from());
    controller.changed(new Cancel(move.id()));
  }

  @Test
  void readyOfAnEarlierLifeIsNotBelieved() {
    Move move = moving();
    controller.changed(
        new CommitMoves(List.of(new Ready(move.id(), move.toIncarnation() - 1, MoveTally.NONE))));
    controller.changed(
        new CommitMoves(List.of(new Ready(move.id(), move.toIncarnation() + 1, MoveTally.NONE))));
    assertThat(controller.state().move(move.id())).map(Move::phase).contains(Move.Phase.COPY);
  }

  @Test
  void acknowledgementBeforeTheOutcomeIsNotBelieved() {
    Move move = moving();
    acknowledge(move, true);
    acknowledge(move, false);
    assertThat(controller.state().move(move.id())).contains(move);
  }

  @Test
  void leaveOfTheTargetAbortsTheCopyFirst() {
    Move move = moving();
    controller.leave(move.to());
    assertThat(controller.state().move(move.id())).map(Move::phase).contains(Move.Phase.ABORTED);
    assertThat(controller.state().map().groups()).containsKey(move.to());
    controller.settle();
    controller.settle();
    assertThat(controller.state().map().groups()).doesNotContainKey(move.to());
    assertThat(controller.owners()).doesNotContain(move.to());
  }

  @Test
  void groupStaysUntilItsShardsHaveMovedAndBothSidesKnow() {
    controller.join(1, 2);
    controller.settle();
    controller.leave(1);
    controller.changed(
        new CtrlCommand.StartMoves(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)));
    controller.commitAll();
    assertThat(controller.owners()).containsOnly(2);
    assertThat(controller.state().map().groups()).containsKey(1);
    controller.acknowledgeAll();
    assertThat(controller.state().map().groups()).containsOnlyKeys(2);
  }

  @Test
  void groupThatJoinsAgainIsAnotherLife() {
    controller.join(1, 2);
    controller.settle();
    assertThat(controller.state().map().groups().get(1).incarnation()).isEqualTo(1);
    controller.leave(1);
    controller.settle();
    controller.join(1);
    assertThat(controller.state().map().groups().get(1).incarnation()).isEqualTo(2);
  }

  @Test
  void forcedLeaveOfAllGivesUpTheDataAndFencesIt() {
    Move move = moving();
    controller.changed(new Leave(List.of(1, 2), false, true));
    assertThat(controller.state().map().groups()).isEmpty();
    assertThat(controller.state().moves()).isEmpty();
    assertThat(controller.owners()).containsOnly(0);
    assertThat(controller.entry(0).epoch()).isGreaterThan(move.newEpoch());
  }

  @Test
  void heldJoinMovesNothingUntilARebalance() {
    controller.join(1);
    controller.changed(new CtrlCommand.Join(List.of(Controller.group(2)), true));
    assertThat(controller.targets()).containsOnly(1);
    controller.changed(new CtrlCommand.Rebalance());
    assertThat(controller.targets()).contains(2);
  }

  @Test
  void heldLeaveKeepsTheGroupUntilARebalance() {
    controller.join(1, 2);
    controller.settle();
    controller.changed(new Leave(List.of(1), true, false));
    controller.settle();
    assertThat(controller.owners()).contains(1);
    controller.changed(new CtrlCommand.Rebalance());
    controller.settle();
    assertThat(controller.state().map().groups()).containsOnlyKeys(2);
  }

  @Test
  void evenNumberOfVotersWarns() {
    var result =
        controller.apply(
            new CtrlCommand.Join(List.of(new CtrlCommand.NewGroup(1, List.of(1, 2))), false));
    assertThat(((CtrlResult.Changed) result).warnings()).hasSize(1);
  }

  @Test
  void nodeThatMovesHouseIsFoundInItsGroups() {
    long version = controller.join(1);
    int member = Controller.group(1).nodes().get(0);
    NodeAddress moved = new NodeAddress(member, 100 + member, "new:1", "new:2");
    assertThat(controller.changed(new CtrlCommand.Register(moved))).isEqualTo(version + 1);
    assertThat(controller.state().map().groups().get(1).nodes()).contains(moved);
    NodeAddress wiped = new NodeAddress(member, 999, "new:1", "new:2");
    assertThat(controller.changed(new CtrlCommand.Register(wiped))).isEqualTo(version + 1);
    assertThat(controller.state().map().groups().get(1).nodes()).contains(moved);
  }

  @Test
  void sessionsEndByTheLogsOwnTime() {
    assertThat(controller.apply(new CtrlCommand.LeaseBlock(1, 101, 0)))
        .isEqualTo(new CtrlResult.Leased(1));
    assertThat(controller.apply(new CtrlCommand.LeaseBlock(2, 102, 50)))
        .isEqualTo(new CtrlResult.Leased(2));
    controller.changed(new CtrlCommand.AdvanceTime(49, 100));
    assertThat(controller.state().expireBefore()).isZero();
    controller.changed(new CtrlCommand.AdvanceTime(1, 100));
    assertThat(controller.state().expireBefore()).isEqualTo(2);
    controller.changed(new CtrlCommand.AdvanceTime(-7, 100));
    controller.changed(new CtrlCommand.AdvanceTime(50, 100));
    assertThat(controller.state().expireBefore()).isEqualTo(3);
    assertThat(controller.state().hasLiveBlocks()).isFalse();
  }

  @Test
  void aClusterNeverIssuesTheSessionsOfAnother() {
    List<Long> blocks = new ArrayList<>();
    for (String cluster : List.of("b0", "b1", "another")) {
      ControllerMachine machine = new ControllerMachine(cluster, Controller.SHARDS);
      machine.apply(new CtrlCommand.Register(Controller.address(1)));
      CtrlResult leased = machine.apply(new CtrlCommand.LeaseBlock(1, 101, 0));
      blocks.add(((CtrlResult.Leased) leased).block());
    }
    // A million blocks of each, and the offset of a session still fits above them.
    assertThat(blocks.stream().map(block -> block >> 20)).doesNotHaveDuplicates();
    assertThat(blocks).allMatch(block -> block > 0 && block < 1L << 43);
  }

  @Test
  void oneEntryCannotLetMuchTimePass() {
    controller.apply(new CtrlCommand.LeaseBlock(1, 101, 0));
    controller.changed(
        new CtrlCommand.AdvanceTime(Long.MAX_VALUE, SessionBlocks.STEP_NANOS_MAX + 1));
    assertThat(controller.state().expireBefore()).isZero();
  }

  /** Shard 0 on its way from one of two groups to the other. */
  private Move moving() {
    controller.join(1, 2);
    controller.settle();
    controller.changed(new Assign(0, 3 - controller.entry(0).owner()));
    return controller.start(0);
  }

  private void acknowledge(Move move, boolean isTarget) {
    long incarnation = isTarget ? move.toIncarnation() : move.fromIncarnation();
    controller.changed(
        new Acknowledge(List.of(new Ack(move.id(), isTarget, incarnation, MoveTally.NONE))));
  }
}
