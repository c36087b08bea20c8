package io.flotilla.raft.core;

import static io.flotilla.raft.core.OneCore.sentTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.GroupStatus.Role;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.TransferResult;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.AppendReply;
import io.flotilla.raft.core.message.Message.HeartbeatReply;
import io.flotilla.raft.core.message.Message.TimeoutNow;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Leadership handed over (thesis 3.10). */
class TransferTest {
  private static final ByteString COMMAND = ByteString.copyFromUtf8("c");

  @Test
  void theTargetGetsWhatItLacksBeforeItIsToldToCampaign() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();
    one.propose("a");
    one.readyAndPersist();
    assertThat(one.core().transferTo(2)).isEmpty();
    assertThat(sentTo(2, one.ready(), TimeoutNow.class)).isEmpty();

    one.step(2, AppendReply.accepted(1, 2));

    assertThat(sentTo(2, one.ready(), TimeoutNow.class))
        .containsExactly(new TimeoutNow(1, new LogPosition(1, 2)));
  }

  @Test // else the target would never have it all
  void proposalsAreRefusedMeanwhileWithTheTargetAsTheHint() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();
    one.core().transferTo(3);

    assertThat(one.core().propose(COMMAND)).isEqualTo(new ProposeOutcome.NotLeader(3));
  }

  @Test
  void aLostWordIsSaidAgainWhenTheTargetIsHeard() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();
    one.core().transferTo(2);
    assertThat(sentTo(2, one.ready(), TimeoutNow.class)).hasSize(1);

    one.step(2, new HeartbeatReply(1, 0));

    assertThat(sentTo(2, one.ready(), TimeoutNow.class)).hasSize(1);
  }

  @Test
  void atTheDeadlineTheLeaderGoesOnAsBefore() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();
    one.core().transferTo(3);
    for (int i = 0; i < 20 && one.core().status().isLeader(); i++) {
      one.passHeartbeat();
      one.step(2, new HeartbeatReply(1, 0));
      Ready ready = one.ready();
      if (ready.transferEnd().isPresent()) {
        assertThat(ready.transferEnd()).contains(new TransferResult.TimedOut());
        assertThat(one.core().propose(COMMAND)).isInstanceOf(ProposeOutcome.Accepted.class);
        return;
      }
    }
    throw new AssertionError("the transfer does not end");
  }

  @Test // of a transfer given up meanwhile
  void aWordThatComesLateFindsALogThatHasMovedOnAndIsRefused() {
    OneCore one = new OneCore(3, 4);
    one.step(2, new AppendEntries(4, LogPosition.ZERO, OneCore.entries(1, 4, 4), 0));

    one.step(2, new TimeoutNow(4, new LogPosition(4, 1)));
    assertThat(one.core().status().role()).isEqualTo(Role.FOLLOWER);
    one.step(2, new TimeoutNow(4, new LogPosition(4, 2)));

    assertThat(one.core().status().role()).isEqualTo(Role.CANDIDATE);
  }

  @Test
  void onlyAVoterCanTakeOverAndOnlyOneAtATime() {
    CoreCluster cluster =
        new CoreCluster(
            new Membership(List.of(1, 2), List.of(), List.of(3)), 4, CoreCluster.CONFIG);
    CoreNode leader = cluster.electLeader();
    cluster.runMillis(100);
    leader.transferTo(3);
    leader.transferTo(9);
    assertThat(leader.transfers()).hasOnlyElementsOfType(TransferResult.Invalid.class).hasSize(2);
    leader.transferTo(leader.id());
    assertThat(leader.transfers()).last().isEqualTo(new TransferResult.Done(leader.id()));
    int other = 3 - leader.id();
    leader.transferTo(other);
    leader.transferTo(other);
    assertThat(leader.transfers()).last().isInstanceOf(TransferResult.Busy.class);
  }

  @Test
  void aReadDuringATransferIsGrantedOrNotButNeverStale() {
    CoreCluster cluster = new CoreCluster(3, 6);
    CoreNode leader = cluster.electLeader();
    leader.propose("a");
    cluster.runMillis(200);
    int target = leader.id() % 3 + 1;
    int grants = leader.grants().size();

    leader.transferTo(target);
    assertThat(leader.read()).as("it still leads").isTrue();
    assertThat(cluster.runUntil(1_000, () -> cluster.node(target).leads())).isTrue();

    // That none is below what was committed when it was asked is checked at every grant.
    assertThat(leader.grants().size() - grants).isLessThanOrEqualTo(1);
    assertThat(cluster.node(target).propose("b")).isInstanceOf(ProposeOutcome.Accepted.class);
    assertThat(cluster.runUntil(1_000, cluster::converged)).isTrue();
  }

  @Test
  void aTransferDoesNotWaitForAnElectionTimeout() {
    CoreCluster cluster = new CoreCluster(5, 6);
    CoreNode leader = cluster.electLeader();
    cluster.runMillis(300);
    int target = leader.id() % 5 + 1;

    leader.transferTo(target);

    assertThat(cluster.runUntil(20, () -> cluster.node(target).leads())).isTrue();
  }
}
