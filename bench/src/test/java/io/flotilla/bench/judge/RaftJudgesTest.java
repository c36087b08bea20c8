package io.flotilla.bench.judge;

import static io.flotilla.bench.judge.Stage.GROUP;
import static io.flotilla.raft.GroupStatus.Role.FOLLOWER;
import static io.flotilla.raft.GroupStatus.Role.LEADER;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.bench.judge.Stage.Actor;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.message.Message;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Each judge of consensus, shown a state that must not be and one next to it that may. */
final class RaftJudgesTest {
  private final Actor one = new Actor(1, GROUP);
  private final Actor two = new Actor(2, GROUP);

  @Test
  void twoLeadersOfATermAreNoticed() {
    Judge judge = new ElectionSafety();
    one.becomes(judge, LEADER, 3, 0, 0);
    two.becomes(judge, LEADER, 4, 0, 0);

    holds(() -> one.becomes(judge, LEADER, 3, 0, 0));
    broken("election safety", () -> one.becomes(judge, LEADER, 4, 0, 0));
  }

  @Test
  void twoVotesInATermAreNoticedAlsoAcrossLives() {
    Judge judge = new OneVote();
    Message granted = new Message.VoteReply(3, true);
    judge.sent(one.sight.home, 2, GROUP, granted, 3);

    holds(() -> judge.sent(one.sight.home, 2, GROUP, granted, 3));
    holds(() -> judge.sent(one.sight.home, 3, GROUP, new Message.VoteReply(3, false), 3));
    holds(() -> judge.sent(new Home(1, 2), 3, GROUP, granted, 3));
    broken("one vote", () -> judge.sent(one.sight.home, 3, GROUP, granted, 3));
  }

  @Test
  void aVoterThatCampaignsInTheSameTermIsNoticed() {
    Judge judge = new OneVote();
    judge.sent(one.sight.home, 2, GROUP, new Message.VoteReply(3, true), 3);
    Message campaign = new Message.RequestVote(3, LogPosition.ZERO, false);

    broken("one vote", () -> judge.sent(one.sight.home, 2, GROUP, campaign, 3));
  }

  @Test
  void aVoteForgottenInACrashIsNoticed() {
    Judge judge = new PromisesKept();
    judge.sent(one.sight.home, 2, GROUP, new Message.VoteReply(3, true), 3);

    holds(() -> one.opens(judge, 3, 0, 0));
    broken("promises kept", () -> one.opens(judge, 2, 0, 0));
  }

  @Test
  void anAcknowledgedEntryForgottenInACrashIsNoticed() {
    Judge judge = new PromisesKept();
    judge.sent(one.sight.home, 2, GROUP, Message.AppendReply.accepted(3, 2), 3);

    holds(() -> one.logged(3, 3).opens(judge, 3, 0, 0));
    holds(() -> one.logged(3).opens(judge, 4, 0, 0));
    broken("promises kept", () -> one.logged(3).opens(judge, 3, 0, 0));
  }

  @Test
  void aMessageOfAnotherTermIsNoticed() {
    Judge judge = new MessageTerm();
    Message heartbeat = new Message.Heartbeat(3, 0, 0);
    Message answer = new Message.HeartbeatReply(3, 0);

    holds(() -> judge.sent(one.sight.home, 2, GROUP, heartbeat, 3));
    holds(() -> judge.sent(one.sight.home, 2, GROUP, answer, 4));
    broken("message term", () -> judge.sent(one.sight.home, 2, GROUP, heartbeat, 4));
    broken("message term", () -> judge.sent(one.sight.home, 2, GROUP, answer, 2));
  }

  @Test
  void whatGoesBackIsNoticed() {
    Judge judge = new Monotony();
    one.logged(1, 1, 1, 1).becomes(judge, FOLLOWER, 3, 3, 2);

    holds(() -> one.becomes(judge, FOLLOWER, 3, 4, 3));
    broken("the term", () -> one.becomes(judge, FOLLOWER, 2, 4, 3));
    one.sight.see(two.logged(1, 1, 1, 1).becomes(judge, FOLLOWER, 3, 3, 2).sight.status());
    broken("commit", () -> one.becomes(judge, FOLLOWER, 3, 2, 2));
  }

  @Test
  void appliedWithoutCommitAndCommitWithoutLogAreNoticed() {
    Judge judge = new Monotony();

    broken("not committed", () -> one.logged(1, 1).becomes(judge, FOLLOWER, 1, 1, 2));
    broken("does not have", () -> two.logged(1).becomes(judge, FOLLOWER, 1, 2, 1));
  }

  @Test
  void entriesThatDifferAtOnePositionAreNoticed() {
    Judge judge = new Logs(List.of(new LogMatching()));
    one.logged(1, 1, 2).becomes(judge, FOLLOWER, 2, 0, 0);

    holds(() -> two.logged(1, 1, 2).becomes(judge, FOLLOWER, 2, 0, 0));
    Actor three = new Actor(3, GROUP).logged(1, 1, 2).replaced(2, "other");
    broken("log matching", () -> three.becomes(judge, FOLLOWER, 2, 0, 0));
  }

  @Test
  void equalEntriesAfterDifferentOnesAreNoticed() {
    Judge judge = new Logs(List.of(new LogMatching()));
    one.logged(1, 1, 3).becomes(judge, FOLLOWER, 3, 0, 0);

    broken("log matching", () -> two.logged(1, 2, 3).becomes(judge, FOLLOWER, 3, 0, 0));
  }

  @Test
  void aLeaderThatLosesEntriesIsNoticed() {
    Judge judge = new Logs(List.of(new LeaderAppendOnly()));
    one.logged(1, 2).becomes(judge, LEADER, 2, 0, 0);

    holds(() -> one.logged(1, 2, 2).becomes(judge, LEADER, 2, 0, 0));
    broken("leader append only", () -> one.logged(1, 2).becomes(judge, LEADER, 2, 0, 0));
  }

  @Test
  void aLeaderThatReplacesEntriesIsNoticed() {
    Judge judge = new Logs(List.of(new LeaderAppendOnly()));
    one.logged(1, 1).becomes(judge, LEADER, 3, 0, 0);

    broken("leader append only", () -> one.logged(1, 3, 3).becomes(judge, LEADER, 3, 0, 0));
  }

  @Test
  void aLeaderWithoutACommittedEntryIsNoticed() {
    Judge judge = new Logs(List.of(new LeaderCompleteness()));
    one.logged(1, 2).becomes(judge, LEADER, 2, 2, 0);

    broken("leader completeness", () -> two.logged(1).becomes(judge, LEADER, 3, 0, 0));
    Actor three = new Actor(3, GROUP).logged(1, 2, 3);
    holds(() -> three.becomes(judge, LEADER, 4, 0, 0));
  }

  @Test
  void aLateWinnerOfAnOldTermOwesNothingOfLaterOnes() {
    Judge judge = new Logs(List.of(new LeaderCompleteness()));
    one.logged(1, 3).becomes(judge, LEADER, 3, 2, 0);

    holds(() -> two.logged(1).becomes(judge, LEADER, 2, 0, 0));
  }

  @Test
  void twoEntriesCommittedAtOneIndexAreNoticed() {
    Judge judge = new Logs(List.of(new LeaderCompleteness()));
    one.logged(1, 2).becomes(judge, FOLLOWER, 2, 2, 0);

    broken("leader completeness", () -> two.logged(1, 3).becomes(judge, FOLLOWER, 3, 2, 0));
  }

  @Test
  void aCheckpointOfWhatIsNotCommittedIsNoticed() {
    Judge judge = new Logs(List.of(new SnapshotBehindCommit()));
    holds(() -> one.logged(1, 1).checkpointed(1, 1).becomes(judge, FOLLOWER, 1, 1, 1));
    broken(
        "snapshot behind commit",
        () -> two.logged(1, 1).checkpointed(1, 2).becomes(judge, FOLLOWER, 1, 1, 1));
  }

  @Test
  void differentEntriesAppliedAtOneIndexAreNoticed() {
    Judge judge = new StateMachineSafety();
    one.logged(1, 1).becomes(judge, FOLLOWER, 2, 2, 2);

    broken("state machine safety", () -> two.logged(1, 2).becomes(judge, FOLLOWER, 2, 2, 2));
  }

  @Test
  void differentEffectsOfOneEntryAreNoticed() {
    Judge judge = new EqualChains();
    one.logged(1).chained(7).becomes(judge, FOLLOWER, 1, 1, 1);

    holds(() -> two.logged(1).chained(7).becomes(judge, FOLLOWER, 1, 1, 1));
    Actor three = new Actor(3, GROUP).logged(1).chained(8);
    broken("equal chains", () -> three.becomes(judge, FOLLOWER, 1, 1, 1));
  }

  static void holds(ThrowingCallable shown) {
    assertThatCode(shown).doesNotThrowAnyException();
  }

  static void broken(String rule, ThrowingCallable shown) {
    assertThatThrownBy(shown).isInstanceOf(AssertionError.class).hasMessageContaining(rule);
  }
}
