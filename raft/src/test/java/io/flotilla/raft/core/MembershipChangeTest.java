package io.flotilla.raft.core;

import static io.flotilla.raft.core.OneCore.entries;
import static io.flotilla.raft.core.OneCore.sent;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.ChangeResult;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupStatus.Role;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.AppendReply;
import io.flotilla.raft.core.message.Message.PreVote;
import io.flotilla.raft.core.message.Message.PreVoteReply;
import io.flotilla.raft.core.message.Message.RequestVote;
import io.flotilla.raft.core.message.Message.VoteReply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Changes of the membership (section 6; thesis 4). */
class MembershipChangeTest {
  private static final Membership THREE = Membership.of(List.of(1, 2, 3));
  private static final Membership OTHERS = Membership.of(List.of(2, 3));

  @Test
  void newVotersLearnFirstThenBothMajoritiesDecideThenTheNewOneAlone() {
    CoreCluster cluster = withSpares(2);
    CoreNode leader = cluster.electLeader();
    leader.propose("a");
    cluster.runMillis(100);
    Membership target = Membership.of(List.of(3, 4, 5));

    leader.change(target);
    cluster.runMillis(2_000);

    assertThat(leader.changes()).containsExactly(new ChangeResult.Done(target));
    assertThat(membershipsIn(leader))
        .containsExactly(
            new Membership(THREE.voters(), List.of(), List.of(4, 5)),
            new Membership(target.voters(), THREE.voters(), List.of()),
            target);
    CoreNode next = cluster.electLeader();
    assertThat(target.voters()).contains(next.id());
    assertThat(cluster.runUntil(1_000, cluster::converged)).isTrue();
  }

  @Test
  void aMembershipIsInForceOnceAppendedAndGoesWithItsEntry() {
    OneCore one = new OneCore(3, 4);
    one.step(2, new AppendEntries(4, LogPosition.ZERO, List.of(change(4, 1, OTHERS)), 0));
    assertThat(one.core().status().membership()).isEqualTo(OTHERS);
    assertThat(one.ready().statusChanged()).isTrue();

    one.step(3, new AppendEntries(5, LogPosition.ZERO, entries(1, 5), 0));

    assertThat(one.core().status().membership()).isEqualTo(THREE);
  }

  @Test // the bug that single-server changes had for years
  void noChangeBeginsBeforeAnEntryOfTheTermIsCommitted() {
    OneCore one = new OneCore(3, 0).elect();
    one.readyAndPersist();
    assertThat(one.core().changeMembers(OTHERS)).get().isInstanceOf(ChangeResult.Busy.class);

    one.step(2, AppendReply.accepted(1, 1));

    assertThat(one.core().changeMembers(OTHERS)).isEmpty();
    assertThat(one.core().status().membership())
        .isEqualTo(new Membership(OTHERS.voters(), THREE.voters(), List.of()));
  }

  @Test
  void oneChangeAtATime() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();
    assertThat(one.core().changeMembers(OTHERS)).isEmpty();

    assertThat(one.core().changeMembers(THREE)).get().isInstanceOf(ChangeResult.Busy.class);
    assertThat(one.core().transferTo(2)).isPresent();
  }

  @Test
  void nonsenseIsRefusedAndWhatHoldsAlreadyIsDone() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();
    for (Membership bad :
        List.of(
            Membership.NONE,
            new Membership(List.of(1), List.of(2), List.of()),
            Membership.of(List.of(0, 1)))) {
      assertThat(one.core().changeMembers(bad)).get().isInstanceOf(ChangeResult.Invalid.class);
    }
    assertThat(one.core().changeMembers(THREE)).contains(new ChangeResult.Done(THREE));
    assertThat(new OneCore(3, 1).core().changeMembers(OTHERS))
        .contains(new ChangeResult.NotLeader(0));
  }

  @Test // 6: the leader manages a group that it is no part of
  void aRemovedLeaderDoesNotCountItselfAndStepsDownOnceItsRemovalIsCommitted() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();
    one.core().changeMembers(OTHERS);
    one.readyAndPersist();
    one.step(2, AppendReply.accepted(1, 2));
    assertThat(one.core().status().commitIndex())
        .as("2 of the old half, 1 of the new one")
        .isEqualTo(1);
    one.step(3, AppendReply.accepted(1, 2));
    assertThat(one.core().status().membership()).isEqualTo(OTHERS);
    one.readyAndPersist();

    one.step(2, AppendReply.accepted(1, 3));
    assertThat(one.core().status().commitIndex()).as("its own vote is none").isEqualTo(2);
    one.step(3, AppendReply.accepted(1, 3));
    Ready last = one.ready();

    assertThat(last.changeEnd()).contains(new ChangeResult.Done(OTHERS));
    assertThat(one.core().status().role()).isEqualTo(Role.FOLLOWER);
    for (int i = 0; i < 5; i++) {
      one.passElectionTimeout();
      assertThat(one.ready().sendNow()).isEmpty();
    }
  }

  @Test
  void aLeaderMadeALearnerStepsDownAndFollows() {
    CoreCluster cluster = withSpares(0);
    CoreNode leader = cluster.electLeader();
    cluster.runMillis(200);
    List<Integer> others = THREE.voters().stream().filter(id -> id != leader.id()).toList();
    Membership target = new Membership(others, List.of(), List.of(leader.id()));

    leader.change(target);
    cluster.runMillis(1_000);

    assertThat(leader.changes()).containsExactly(new ChangeResult.Done(target));
    assertThat(cluster.electLeader().id()).isNotEqualTo(leader.id());
    assertThat(cluster.runUntil(1_000, cluster::converged)).isTrue();
  }

  @Test
  void anUncommittedChangeSurvivesARestart() {
    List<Entry> log = List.of(change(1, 1, OTHERS));
    OneCore one = new OneCore(CoreCluster.CONFIG, 3, new HardState(1, 0, 0), log);

    assertThat(one.core().status().membership()).isEqualTo(OTHERS);
  }

  @Test // its log is the longest: nobody else can win, so it must
  void aVoterWhoseRemovalIsNotCommittedMayCampaignAndDoesNotCountItself() {
    OneCore one =
        new OneCore(CoreCluster.CONFIG, 3, new HardState(1, 0, 0), List.of(change(1, 1, OTHERS)));
    one.passElectionTimeout();
    one.step(2, new PreVoteReply(1, 2, true));
    assertThat(one.core().status().role()).isEqualTo(Role.PRE_CANDIDATE);
    one.step(3, new PreVoteReply(1, 2, true));
    one.step(2, new VoteReply(2, true));
    assertThat(one.core().status().role()).isEqualTo(Role.CANDIDATE);
    one.step(3, new VoteReply(2, true));

    assertThat(one.core().status().isLeader()).isTrue();
  }

  @Test
  void aReplicaWhoseRemovalIsCommittedStaysQuiet() {
    OneCore one =
        new OneCore(CoreCluster.CONFIG, 3, new HardState(1, 0, 1), List.of(change(1, 1, OTHERS)));
    one.ready();

    for (int i = 0; i < 5; i++) {
      one.passElectionTimeout();
      assertThat(one.ready().sendNow()).isEmpty();
    }
  }

  @Test
  void replicasThatWereTakenOutAreToldAndCampaignNoMore() {
    CoreCluster cluster = withSpares(0);
    CoreNode leader = cluster.electLeader();
    cluster.runMillis(200);
    Membership alone = Membership.of(List.of(leader.id()));
    leader.change(alone);
    cluster.runMillis(200);
    assertThat(leader.changes()).containsExactly(new ChangeResult.Done(alone));
    boolean[] campaigned = new boolean[1];
    cluster.block(
        (from, out) -> {
          campaigned[0] |= out.message() instanceof PreVote || out.message() instanceof RequestVote;
          return false;
        });

    cluster.runMillis(5_000);

    assertThat(campaigned[0]).isFalse();
    assertThat(leader.leads()).isTrue();
  }

  @Test // thesis 4.2.3: pre-vote and stickiness make up for what it was not told
  void aReplicaTakenOutWhileAwayDisturbsNobody() {
    CoreCluster cluster = withSpares(0);
    CoreNode leader = cluster.electLeader();
    cluster.runMillis(200);
    int away = leader.id() % 3 + 1;
    cluster.isolate(away);
    leader.change(Membership.of(THREE.voters().stream().filter(id -> id != away).toList()));
    cluster.runMillis(5_000);
    long term = leader.core().status().term();

    cluster.heal();
    cluster.runMillis(5_000);

    assertThat(leader.leads()).isTrue();
    assertThat(leader.core().status().term()).isEqualTo(term);
  }

  @Test
  void aJointMembershipIsLeftByWhoeverLeadsNext() {
    CoreCluster cluster = withSpares(0);
    CoreNode first = cluster.electLeader();
    cluster.runMillis(200);
    List<Integer> two = THREE.voters().stream().filter(id -> id != first.id() % 3 + 1).toList();
    Membership target = Membership.of(two);
    first.change(target);
    assertThat(
            cluster.runUntil(
                1_000,
                () ->
                    cluster.nodes().stream()
                        .allMatch(n -> n.core().status().membership().isJoint())))
        .isTrue();

    first.crash(3);
    cluster.runMillis(1_000);
    first.restart();

    assertThat(
            cluster.runUntil(
                5_000,
                () ->
                    cluster.leader().isPresent()
                        && cluster.electLeader().core().status().membership().equals(target)
                        && cluster.converged()))
        .isTrue();
  }

  @Test
  void aNewcomerThatCannotBeReachedChangesNoVote() {
    CoreCluster cluster = withSpares(1);
    CoreNode leader = cluster.electLeader();
    cluster.runMillis(200);
    cluster.isolate(4);

    leader.change(Membership.of(List.of(1, 2, 3, 4)));
    cluster.runMillis(10_000);

    assertThat(leader.changes()).containsExactly(new ChangeResult.NotCaughtUp(List.of(4)));
    assertThat(leader.core().status().membership())
        .isEqualTo(new Membership(THREE.voters(), List.of(), List.of(4)));
    cluster.heal();
    leader.change(Membership.of(List.of(1, 2, 3, 4)));
    cluster.runMillis(2_000);
    assertThat(leader.changes()).last().isInstanceOf(ChangeResult.Done.class);
  }

  @Test // it may stand where an earlier replica of the same node has voted
  void aReplicaThatKnowsNoMembersVotesForNobodyUntilItHearsALeader() {
    OneCore one = OneCore.withoutMembers();
    one.step(2, new PreVote(4, LogPosition.ZERO));
    one.step(2, new RequestVote(5, LogPosition.ZERO, true));
    assertThat(sent(one.ready(), VoteReply.class)).containsExactly(new VoteReply(5, false));

    one.step(3, new AppendEntries(6, LogPosition.ZERO, List.of(change(6, 1, THREE)), 0));
    one.step(2, new RequestVote(7, new LogPosition(6, 1), true));

    assertThat(sent(one.ready(), VoteReply.class)).containsExactly(new VoteReply(7, true));
  }

  @Test
  void aCheckpointNamesTheMembersAsOfWhatIsAppliedNotTheNewest() {
    OneCore one = new OneCore(3, 4);
    List<Entry> log = List.of(change(4, 1, OTHERS), change(4, 2, THREE));
    one.step(2, new AppendEntries(4, LogPosition.ZERO, log, 1));
    one.ready();
    one.core().applied(new LogPosition(4, 1));

    assertThat(one.core().appliedHeader())
        .isEqualTo(new SnapshotHeader(new LogPosition(4, 1), OTHERS));
    assertThat(one.core().status().membership()).isEqualTo(THREE);
  }

  @Test
  void aSnapshotBringsTheMembersAndLeavesThoseAfterItInForce() {
    OneCore behind = new OneCore(3, 4);
    behind.core().snapshotInstalled(new SnapshotHeader(new LogPosition(3, 9), OTHERS));
    assertThat(behind.core().status().membership()).isEqualTo(OTHERS);

    OneCore ahead = new OneCore(3, 4);
    Membership last = Membership.of(List.of(1, 3));
    List<Entry> log = List.of(change(4, 1, OTHERS), change(4, 2, last));
    ahead.step(2, new AppendEntries(4, LogPosition.ZERO, log, 0));
    ahead.core().snapshotInstalled(new SnapshotHeader(new LogPosition(4, 1), OTHERS));
    assertThat(ahead.core().status().membership()).isEqualTo(last);
  }

  @Test
  void entriesWithoutALegibleMembershipAreRefusedWhole() {
    OneCore one = new OneCore(3, 4);
    Entry bad = new Entry(4, 1, Entry.Kind.MEMBERSHIP, entries(1, 1).get(0).data());

    one.step(2, new AppendEntries(4, LogPosition.ZERO, List.of(bad), 0));

    assertThat(one.core().status().last()).isEqualTo(LogPosition.ZERO);
    assertThat(one.core().hasReady()).isFalse();
  }

  private static CoreCluster withSpares(int spares) {
    return new CoreCluster(
        new SnapshotHeader(LogPosition.ZERO, THREE), spares, 5, CoreCluster.CONFIG);
  }

  private static Entry change(long term, long index, Membership membership) {
    return new Entry(term, index, Entry.Kind.MEMBERSHIP, membership.toBytes());
  }

  private static List<Membership> membershipsIn(CoreNode node) {
    return node.volatileLog().values().stream()
        .filter(entry -> entry.kind() == Entry.Kind.MEMBERSHIP)
        .map(entry -> Membership.parse(entry.data()).orElseThrow())
        .toList();
  }
}
