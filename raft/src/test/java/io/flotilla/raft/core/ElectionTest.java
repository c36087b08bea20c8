package io.flotilla.raft.core;

import static io.flotilla.raft.core.OneCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupStatus.Role;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.Heartbeat;
import io.flotilla.raft.core.message.Message.HeartbeatReply;
import io.flotilla.raft.core.message.Message.PreVote;
import io.flotilla.raft.core.message.Message.PreVoteReply;
import io.flotilla.raft.core.message.Message.RequestVote;
import io.flotilla.raft.core.message.Message.TimeoutNow;
import io.flotilla.raft.core.message.Message.VoteReply;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Leader election (5.2), its restriction (5.4.1) and what keeps it quiet (thesis 4.2.3, 6.2, 9.6).
 */
class ElectionTest {
  private static final LogPosition LONG_LOG = new LogPosition(4, 9);

  @Test // 5.2
  void startsAsFollowerAndCampaignsWhenNobodyIsHeard() {
    OneCore one = new OneCore(3, 0);
    assertThat(one.core().status().role()).isEqualTo(Role.FOLLOWER);

    one.passElectionTimeout();

    assertThat(one.core().status().role()).isEqualTo(Role.PRE_CANDIDATE);
    assertThat(sent(one.ready(), PreVote.class)).hasSize(2);
  }

  @Test // 9.6: a pre-vote spends nothing
  void preVoteRaisesNoTermAndSpendsNoVote() {
    OneCore one = new OneCore(3, 4);

    one.passElectionTimeout();

    assertThat(one.ready().hardState()).isEmpty();
    assertThat(one.core().status().term()).isEqualTo(4);
  }

  @Test // 9.6: a node that is ahead in term takes nobody along by asking
  void preVoteOfALaterTermRaisesNothingAtTheVoter() {
    OneCore one = new OneCore(3, 4);
    one.step(2, new Heartbeat(4, 0, 0));

    one.step(3, new PreVote(9, new LogPosition(4, 9)));

    assertThat(one.core().status().term()).isEqualTo(4);
    assertThat(one.core().status().leader()).isEqualTo(2);
    assertThat(sent(one.ready(), PreVoteReply.class))
        .containsExactly(new PreVoteReply(4, 10, false));
  }

  @Test // 5.2: one vote per term, on disk before anybody is asked
  void candidateAsksOnlyAfterItsOwnVoteIsDurable() {
    OneCore one = new OneCore(3, 4);
    one.passElectionTimeout();
    one.ready();

    one.step(2, new PreVoteReply(4, 5, true));
    Ready ready = one.ready();

    assertThat(ready.hardState()).contains(new HardState(5, 1, 0));
    assertThat(ready.sendNow()).isEmpty();
    assertThat(ready.sendAfterPersist()).hasSize(2);
    assertThat(sent(ready, RequestVote.class)).hasSize(2);
  }

  @Test // 5.2
  void majorityOfVotesMakesALeaderWithANoOp() {
    OneCore one = new OneCore(5, 0);
    one.passElectionTimeout();
    one.step(2, new PreVoteReply(0, 1, true));
    one.step(3, new PreVoteReply(0, 1, true));
    one.step(2, new VoteReply(1, true));
    assertThat(one.core().status().role()).isEqualTo(Role.CANDIDATE);

    one.step(3, new VoteReply(1, true));

    assertThat(one.core().status().isLeader()).isTrue();
    Ready ready = one.ready();
    assertThat(ready.entries()).singleElement().extracting(Entry::kind).isEqualTo(Entry.Kind.NO_OP);
    assertThat(sent(ready, AppendEntries.class)).hasSize(4);
  }

  @Test // the vote set is by node
  void doubledVoteReplyCountsOnce() {
    OneCore one = new OneCore(5, 0);
    one.passElectionTimeout();
    one.step(2, new PreVoteReply(0, 1, true));
    one.step(2, new PreVoteReply(0, 1, true));
    assertThat(one.core().status().role()).isEqualTo(Role.PRE_CANDIDATE);
    one.step(3, new PreVoteReply(0, 1, true));

    one.step(2, new VoteReply(1, true));
    one.step(2, new VoteReply(1, true));

    assertThat(one.core().status().role()).isEqualTo(Role.CANDIDATE);
  }

  @Test
  void preVoteReplyIsNoVote() {
    OneCore one = new OneCore(3, 0);
    one.passElectionTimeout();
    one.step(2, new PreVoteReply(0, 1, true));
    assertThat(one.core().status().role()).isEqualTo(Role.CANDIDATE);

    one.step(3, new PreVoteReply(0, 1, true));
    one.step(3, new PreVoteReply(0, 2, true));

    assertThat(one.core().status().role()).isEqualTo(Role.CANDIDATE);
  }

  @Test
  void preVoteForAnEarlierCampaignCountsForNothing() {
    OneCore one = new OneCore(3, 4);
    one.passElectionTimeout();

    one.step(2, new PreVoteReply(3, 4, true));

    assertThat(one.core().status().role()).isEqualTo(Role.PRE_CANDIDATE);
  }

  @Test // 5.2: first come, first served
  void voterVotesOncePerTermAndRepeatsItself() {
    OneCore one = new OneCore(3, 4);
    one.step(2, new RequestVote(5, LONG_LOG, false));
    Ready first = one.ready();
    assertThat(first.hardState()).contains(new HardState(5, 2, 0));
    assertThat(first.sendAfterPersist()).containsExactly(new Outbound(2, new VoteReply(5, true)));

    one.step(3, new RequestVote(5, new LogPosition(4, 99), false));
    one.step(2, new RequestVote(5, new LogPosition(4, 9), false));

    assertThat(one.ready().sendAfterPersist())
        .containsExactly(
            new Outbound(3, new VoteReply(5, false)), new Outbound(2, new VoteReply(5, true)));
  }

  @Test // a vote outlives candidacy, stepping down and a restart
  void candidateThatStepsDownKeepsItsVote() {
    OneCore one = new OneCore(3, 0);
    one.passElectionTimeout();
    one.step(2, new PreVoteReply(0, 1, true));
    one.step(2, new Heartbeat(1, 0, 0));
    assertThat(one.core().status().role()).isEqualTo(Role.FOLLOWER);

    one.step(3, new RequestVote(1, LogPosition.ZERO, false));

    assertThat(sent(one.ready(), VoteReply.class)).containsExactly(new VoteReply(1, false));
    OneCore again = new OneCore(CoreCluster.CONFIG, 3, new HardState(1, 1, 0), List.of());
    again.step(3, new RequestVote(1, LogPosition.ZERO, false));
    assertThat(sent(again.ready(), VoteReply.class)).containsExactly(new VoteReply(1, false));
  }

  @Test // 5.4.1: later term wins, then the longer log
  void voterRefusesALogBehindItsOwn() {
    assertThat(voteFor(new LogPosition(2, 9), 1, 3, 3)).isFalse();
    assertThat(voteFor(new LogPosition(3, 2), 1, 3, 3)).isFalse();
    assertThat(voteFor(new LogPosition(3, 3), 1, 3, 3)).isTrue();
    assertThat(voteFor(new LogPosition(4, 1), 1, 3, 3)).isTrue();
  }

  private static boolean voteFor(LogPosition candidateLast, long... logTerms) {
    OneCore one = new OneCore(3, 4, logTerms);
    one.step(2, new RequestVote(5, candidateLast, false));
    boolean granted = sent(one.ready(), VoteReply.class).get(0).granted();
    OneCore asked = new OneCore(3, 4, logTerms);
    asked.step(2, new PreVote(4, candidateLast));
    assertThat(sent(asked.ready(), PreVoteReply.class).get(0).granted())
        .as("a pre-vote is given exactly when the vote would be")
        .isEqualTo(granted);
    return granted;
  }

  @Test // 4.2.3
  void voterThatHearsALeaderIgnoresCampaignsUnlessTheyAreATransfer() {
    OneCore one = new OneCore(3, 4);
    one.step(2, new Heartbeat(4, 0, 0));
    one.ready();

    one.step(3, new RequestVote(5, LONG_LOG, false));
    one.step(3, new PreVote(4, new LogPosition(4, 9)));

    assertThat(one.core().status().term()).isEqualTo(4);
    assertThat(one.core().status().leader()).isEqualTo(2);
    Ready ready = one.ready();
    assertThat(sent(ready, VoteReply.class)).isEmpty();
    assertThat(sent(ready, PreVoteReply.class)).containsExactly(new PreVoteReply(4, 5, false));

    one.step(3, new RequestVote(5, new LogPosition(4, 9), true));
    assertThat(sent(one.ready(), VoteReply.class)).containsExactly(new VoteReply(5, true));
  }

  @Test // 6.2: the leader is its own witness
  void leaderIgnoresCampaignsAndRefusesPreVotes() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();

    one.step(3, new RequestVote(2, new LogPosition(1, 9), false));
    one.step(3, new PreVote(1, new LogPosition(1, 9)));

    assertThat(one.core().status().isLeader()).isTrue();
    assertThat(sent(one.ready(), PreVoteReply.class))
        .containsExactly(new PreVoteReply(1, 2, false));
  }

  @Test // CheckQuorum
  void leaderThatNobodyAnswersStepsDownWithinAnElectionTimeout() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();

    one.passElectionTimeout();

    assertThat(one.core().status().role()).isEqualTo(Role.FOLLOWER);
    assertThat(one.core().status().term()).isEqualTo(1);
    assertThat(one.ready().statusChanged()).isTrue();
  }

  @Test
  void leaderThatAQuorumAnswersStays() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();

    for (int i = 0; i < 50; i++) {
      one.passHeartbeat();
      one.step(3, new HeartbeatReply(1, 0));
    }

    assertThat(one.core().status().isLeader()).isTrue();
  }

  @Test
  void oldLeaderLearnsTheTermFromWhomeverItDisturbs() {
    OneCore one = new OneCore(3, 7);

    one.step(2, new AppendEntries(5, LogPosition.ZERO, List.of(), 0));

    assertThat(one.ready().sendNow()).containsExactly(new Outbound(2, new HeartbeatReply(7, 0)));
    OneCore leader = new OneCore(3, 4).electAndCommitNoOp();
    leader.step(3, new HeartbeatReply(7, 0));
    assertThat(leader.core().status().role()).isEqualTo(Role.FOLLOWER);
    assertThat(leader.core().status().term()).isEqualTo(7);
  }

  @Test // 3.10
  void timeoutNowCampaignsAtOnceButOnlyForTheOwnLeader() {
    OneCore one = new OneCore(3, 4);
    one.step(2, new Heartbeat(4, 0, 0));
    one.step(3, new TimeoutNow(4, LogPosition.ZERO));
    assertThat(one.core().status().role()).isEqualTo(Role.FOLLOWER);
    one.step(2, new TimeoutNow(3, LogPosition.ZERO));
    assertThat(one.core().status().role()).isEqualTo(Role.FOLLOWER);
    one.ready();

    one.step(2, new TimeoutNow(4, LogPosition.ZERO));

    assertThat(sent(one.ready(), RequestVote.class)).hasSize(2).allMatch(RequestVote::transfer);
  }

  @Test
  void replicaWithoutAVoteNeverCampaigns() {
    for (Membership membership : List.of(Membership.NONE, Membership.of(List.of(2, 3)))) {
      CoreStart start =
          new CoreStart(
              HardState.NONE, new SnapshotHeader(LogPosition.ZERO, membership), List.of());
      RaftCore core = new RaftCore(CoreCluster.CONFIG, 1, new SplittableRandom(1), start);
      for (int i = 0; i < 20; i++) {
        core.tick(i * CoreCluster.CONFIG.electionMaxNanos());
      }
      core.step(2, new Heartbeat(1, 0, 0));
      core.step(2, new TimeoutNow(1, LogPosition.ZERO));

      assertThat(core.status().role()).isEqualTo(Role.FOLLOWER);
      assertThat(core.ready().sendAfterPersist()).isEmpty();
    }
  }

  @Test
  void loneVoterLeadsAtOnceAndCommitsOnlyWhatIsDurable() {
    OneCore one = new OneCore(1, 0);
    assertThat(one.core().status().isLeader()).isTrue();
    Ready ready = one.ready();
    assertThat(ready.hardState()).contains(new HardState(1, 1, 0));
    assertThat(ready.committed()).isEmpty();

    one.core().persisted(new LogPosition(1, 1));

    assertThat(one.core().hasReady()).isTrue();
    assertThat(one.ready().committed()).hasSize(1);
  }

  @Test // it elects itself before its vote is on disk; a crash could let it lead the term twice
  void loneVoterSaysNothingToLearnersBeforeItsTermIsDurable() {
    Membership membership = new Membership(List.of(1), List.of(), List.of(2));
    SnapshotHeader first = new SnapshotHeader(LogPosition.ZERO, membership);
    CoreStart start = new CoreStart(HardState.NONE, first, List.of());
    RaftCore core = new RaftCore(CoreCluster.CONFIG, 1, new SplittableRandom(1), start);
    core.tick(0);
    assertThat(core.status().isLeader()).isTrue();
    core.tick(CoreCluster.CONFIG.heartbeatNanos());
    assertThat(core.ready().sendNow()).isEmpty();

    core.persisted(new LogPosition(1, 1));

    assertThat(sent(core.ready(), AppendEntries.class)).hasSize(1);
  }

  @Test // 9.6 with CheckQuorum: nobody is stuck for ever
  void nodeAheadInTermButBehindInLogNeitherLeadsNorBlocks() {
    CoreCluster cluster = new CoreCluster(3, 1);
    cluster.node(1).restartWith(new HardState(3, 0, 0), OneCore.entries(1, 1, 2, 3));
    cluster.node(2).restartWith(new HardState(3, 0, 0), OneCore.entries(1, 1, 2, 3));
    cluster.node(3).restartWith(new HardState(9, 3, 0), OneCore.entries(1, 1));
    cluster.isolate(1);

    assertThat(cluster.runUntil(10_000, () -> cluster.leader().isPresent())).isTrue();

    assertThat(cluster.leader().map(CoreNode::id)).isEqualTo(Optional.of(2));
  }

  @Test // 9.6: a node that comes back disturbs nobody
  void nodeThatWasCutOffReturnsWithoutAnElection() {
    CoreCluster cluster = new CoreCluster(3, 2);
    CoreNode leader = cluster.electLeader();
    int cut = leader.id() % 3 + 1;
    long term = leader.core().status().term();
    cluster.isolate(cut);
    cluster.runMillis(3_000);
    leader.propose("while it was away");

    cluster.heal();

    assertThat(cluster.runUntil(3_000, cluster::converged)).isTrue();
    assertThat(leader.leads()).isTrue();
    assertThat(leader.core().status().term()).isEqualTo(term);
  }

  @Test // every ordered pair of nodes may be deaf one way, and the rest goes on
  void oneWayLossOfAnyPairLeavesALeaderAndCommits() {
    for (int deaf = 1; deaf <= 3; deaf++) {
      for (int mute = 1; mute <= 3; mute++) {
        int from = mute;
        int to = deaf;
        if (from == to) {
          continue;
        }
        CoreCluster cluster = new CoreCluster(3, 10 * from + to);
        cluster.electLeader();
        cluster.block((sender, out) -> sender == from && out.to() == to);
        cluster.runMillis(2_000);
        int terms = cluster.invariants().termsLed();
        long before = cluster.invariants().highestCommit();
        for (int i = 0; i < 50; i++) {
          cluster.leader().ifPresent(leader -> leader.propose("x"));
          cluster.runMillis(100);
        }
        assertThat(cluster.invariants().highestCommit()).isGreaterThanOrEqualTo(before + 25);
        assertThat(cluster.invariants().termsLed() - terms).as("%d->%d", from, to).isLessThan(3);
      }
    }
  }

  @Test // 5.4.1: the restriction protects what a voter has acknowledged only while it still has it
  void whoHasLostItsLogGivesNoVoteAndWantsNone() {
    OneCore one = suspect();

    one.step(3, new PreVote(4, LONG_LOG));
    one.step(3, new RequestVote(5, LONG_LOG, false));
    one.passElectionTimeout();

    Ready ready = one.ready();
    assertThat(sent(ready, PreVoteReply.class)).noneMatch(PreVoteReply::granted);
    assertThat(sent(ready, VoteReply.class)).containsExactly(new VoteReply(5, false));
    assertThat(sent(ready, PreVote.class)).isEmpty();
    one.step(2, new Heartbeat(5, 0, 0));
    one.step(2, new TimeoutNow(5, LogPosition.ZERO));
    assertThat(one.core().status().role()).isEqualTo(Role.FOLLOWER);
  }

  @Test
  void aLogIsTrustedAgainOnceWhatALaterLeaderCommittedIsDurable() {
    OneCore one = suspect();
    one.step(2, new AppendEntries(5, LogPosition.ZERO, OneCore.entries(1, 3, 5), 1));
    one.readyAndPersist();
    one.ready();
    assertThat(one.core().isSuspect()).as("only an old entry is committed").isTrue();
    one.step(2, new Heartbeat(5, 2, 0));
    one.ready();
    assertThat(one.core().isSuspect()).isFalse();
    one.passElectionTimeout();
    assertThat(sent(one.ready(), PreVote.class)).hasSize(2);
  }

  @Test
  void aLogIsTrustedAgainOnceItIsCommittedAsFarAsAnythingAcknowledged() {
    OneCore one = suspect();
    one.step(2, new AppendEntries(5, LogPosition.ZERO, OneCore.entries(1, 1, 1, 1), 3));
    one.ready();
    assertThat(one.core().isSuspect()).as("it is not durable").isTrue();
    one.core().persisted(new LogPosition(1, 3));
    one.ready();
    assertThat(one.core().isSuspect()).isFalse();
  }

  /** In term 4, and may have acknowledged three entries. */
  private static OneCore suspect() {
    OneCore one = new OneCore(3, 4);
    one.core().lost(new LogPosition(4, 3));
    return one;
  }
}
