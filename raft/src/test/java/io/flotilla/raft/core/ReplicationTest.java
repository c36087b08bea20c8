package io.flotilla.raft.core;

import static io.flotilla.raft.core.OneCore.entries;
import static io.flotilla.raft.core.OneCore.sent;
import static io.flotilla.raft.core.OneCore.sentTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupProbe.PeerState;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.AppendReply;
import io.flotilla.raft.core.message.Message.Heartbeat;
import io.flotilla.raft.core.message.Message.HeartbeatReply;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Log replication (5.3) and the pace a leader keeps with each peer. */
class ReplicationTest {
  @Test // 5.3: consistency check
  void followerTakesEntriesOnlyAfterAnEntryItHas() {
    OneCore one = new OneCore(3, 3, 1, 2);

    one.step(2, new AppendEntries(3, new LogPosition(2, 2), entries(3, 3, 3), 0));

    Ready ready = one.ready();
    assertThat(ready.entries()).isEqualTo(entries(3, 3, 3));
    assertThat(ready.sendAfterPersist())
        .containsExactly(new Outbound(2, AppendReply.accepted(3, 4)));
  }

  @Test
  void followerTellsWhereItsLogEndsOrWhereAConflictingTermBegins() {
    assertThat(refusal(new LogPosition(3, 9), 1, 2)).isEqualTo(new LogPosition(0, 3));
    assertThat(refusal(new LogPosition(3, 4), 1, 2, 2, 2, 2)).isEqualTo(new LogPosition(2, 2));
  }

  private static LogPosition refusal(LogPosition previous, long... logTerms) {
    OneCore one = new OneCore(3, 4, logTerms);
    one.step(2, new AppendEntries(4, previous, List.of(), 0));
    Ready ready = one.ready();
    assertThat(ready.entries()).isEmpty();
    AppendReply reply = sent(ready, AppendReply.class).get(0);
    assertThat(reply.accepted()).isFalse();
    assertThat(reply.index()).isEqualTo(previous.index());
    return reply.conflict();
  }

  @Test // 5.3
  void conflictingSuffixIsReplaced() {
    OneCore one = new OneCore(3, 3, 1, 2, 2, 2);

    one.step(2, new AppendEntries(3, new LogPosition(1, 1), entries(2, 2, 3), 0));

    Ready ready = one.ready();
    assertThat(ready.entries()).isEqualTo(entries(3, 3));
    assertThat(one.core().status().last()).isEqualTo(new LogPosition(3, 3));
    assertThat(sent(ready, AppendReply.class)).containsExactly(AppendReply.accepted(3, 3));
  }

  @Test // a message that was overtaken must not cut off what the later one brought
  void olderShorterMessageTruncatesNothing() {
    OneCore one = new OneCore(3, 3);
    one.step(2, new AppendEntries(3, LogPosition.ZERO, entries(1, 3, 3, 3), 0));
    one.step(2, new AppendEntries(3, LogPosition.ZERO, entries(1, 3), 0));

    assertThat(one.core().status().last()).isEqualTo(new LogPosition(3, 3));
    assertThat(sent(one.ready(), AppendReply.class))
        .containsExactly(AppendReply.accepted(3, 3), AppendReply.accepted(3, 1));
  }

  @Test
  void commitIndexFollowsOnlyToTheLastEntryThatIsVouchedFor() {
    OneCore one = new OneCore(3, 3, 1, 2, 2);
    one.step(2, new AppendEntries(3, new LogPosition(1, 1), List.of(), 1));
    assertThat(one.core().status().commitIndex()).isEqualTo(1);

    one.step(2, new AppendEntries(3, new LogPosition(1, 1), List.of(), 3));

    assertThat(one.core().status().commitIndex()).isEqualTo(1);
    one.step(2, new Heartbeat(3, 99, 0));
    assertThat(one.core().status().commitIndex()).isEqualTo(1);
  }

  @Test
  void aMessageThatContradictsWhatIsCommittedChangesNothing() {
    OneCore one = new OneCore(CoreCluster.CONFIG, 3, new HardState(3, 0, 3), entries(1, 1, 2, 2));
    one.ready();

    one.step(2, new AppendEntries(3, new LogPosition(3, 3), entries(4, 3), 0));

    assertThat(one.core().status().last()).isEqualTo(new LogPosition(2, 3));
    assertThat(one.ready().sendAfterPersist()).isEmpty();
  }

  @Test
  void thereIsNoSecondLeaderInATerm() {
    OneCore one = new OneCore(3, 3);
    one.step(2, new Heartbeat(3, 0, 0));

    one.step(3, new AppendEntries(3, LogPosition.ZERO, entries(1, 3), 1));

    assertThat(one.core().status().leader()).isEqualTo(2);
    assertThat(one.core().status().last()).isEqualTo(LogPosition.ZERO);
  }

  @Test
  void everythingProposedInATurnLeavesInOneMessageAPeer() {
    OneCore one = replicating(CoreCluster.CONFIG);

    for (int i = 0; i < 64; i++) {
      one.propose("c" + i);
    }

    Ready ready = one.ready();
    assertThat(ready.entries()).hasSize(64);
    assertThat(sentTo(2, ready, AppendEntries.class))
        .singleElement()
        .satisfies(append -> assertThat(append.entries()).isEqualTo(ready.entries()));
  }

  @Test
  void messagesFollowEachOtherWithoutWaitingUpToTheWindow() {
    OneCore one = replicating(bounds(10, 1 << 20, 3, 1 << 20));

    for (int i = 0; i < 5; i++) {
      one.propose("c" + i);
      one.ready();
    }
    assertThat(one.core().probe().peers().get(0).inflightMessages()).isEqualTo(3);
    assertThat(one.core().probe().peers().get(0).next()).isEqualTo(5);

    // An acknowledgement names the last index of a message and settles those before it.
    one.step(2, AppendReply.accepted(1, 3));

    Ready ready = one.ready();
    assertThat(sentTo(2, ready, AppendEntries.class))
        .singleElement()
        .satisfies(append -> assertThat(append.entries()).hasSize(2));
    assertThat(one.core().probe().peers().get(0).inflightMessages()).isEqualTo(2);
  }

  @Test
  void windowIsBoundedInBytesToo() {
    OneCore one = replicating(bounds(10, 200, 100, 500));

    one.propose("x".repeat(400));
    one.propose("x".repeat(400));
    one.propose("x".repeat(400));

    assertThat(sentTo(2, one.ready(), AppendEntries.class)).hasSize(2);
  }

  @Test
  void aLargeEntryGoesAlone() {
    OneCore one = replicating(bounds(10, 200, 100, 1 << 20));

    one.propose("a");
    one.propose("x".repeat(5_000));
    one.propose("b");

    assertThat(sentTo(2, one.ready(), AppendEntries.class))
        .extracting(append -> append.entries().size())
        .containsExactly(1, 1, 1);
  }

  @Test
  void probingSendsOneMessageAtATime() {
    OneCore one = new OneCore(3, 0).elect();
    assertThat(sentTo(2, one.ready(), AppendEntries.class)).hasSize(1);
    one.propose("a");
    assertThat(sentTo(2, one.ready(), AppendEntries.class)).isEmpty();

    one.step(2, AppendReply.accepted(1, 1));

    assertThat(one.core().probe().peers().get(0).state()).isEqualTo(PeerState.REPLICATE);
    assertThat(sentTo(2, one.ready(), AppendEntries.class)).hasSize(1);
  }

  @Test
  void lostProbeIsSentAgainWhenTheHeartbeatComesBack() {
    OneCore one = new OneCore(3, 0).elect();
    one.ready();
    one.passHeartbeat();
    assertThat(sentTo(2, one.ready(), Heartbeat.class)).hasSize(1);

    one.step(2, new HeartbeatReply(1, 0));

    assertThat(sentTo(2, one.ready(), AppendEntries.class)).hasSize(1);
  }

  @Test
  void lostTailOfThePipelineIsFoundByTheHeartbeat() {
    OneCore one = replicating(CoreCluster.CONFIG);
    one.propose("lost");
    one.ready();
    for (int i = 0; i < 2; i++) {
      one.passHeartbeat();
      one.ready();
      one.step(2, new HeartbeatReply(1, 0));
    }
    AppendEntries question = sentTo(2, one.ready(), AppendEntries.class).get(0);
    assertThat(question.previous().index()).isEqualTo(2);
    assertThat(question.entries()).isEmpty();

    one.step(2, AppendReply.refused(1, 2, new LogPosition(0, 2)));

    assertThat(sentTo(2, one.ready(), AppendEntries.class).get(0).entries()).hasSize(1);
    one.step(2, AppendReply.accepted(1, 2));
    assertThat(one.core().probe().peers().get(0).match()).isEqualTo(2);
  }

  @Test // reordered, doubled, seconds late
  void oldAcknowledgementsAndRefusalsMoveNothingBack() {
    OneCore one = replicating(CoreCluster.CONFIG);
    one.propose("a");
    one.propose("b");
    one.ready();
    one.step(2, AppendReply.accepted(1, 3));

    one.step(2, AppendReply.accepted(1, 1));
    one.step(2, AppendReply.refused(1, 2, new LogPosition(0, 1)));

    assertThat(one.core().probe().peers().get(0).match()).isEqualTo(3);
    assertThat(one.core().probe().peers().get(0).next()).isEqualTo(4);
    assertThat(one.core().probe().peers().get(0).state()).isEqualTo(PeerState.REPLICATE);
  }

  @Test
  void acknowledgementOfWhatWasNeverSentIsIgnored() {
    OneCore one = replicating(CoreCluster.CONFIG);

    one.step(2, AppendReply.accepted(1, 50));
    one.step(9, AppendReply.accepted(1, 1));

    assertThat(one.core().status().commitIndex()).isEqualTo(1);
    assertThat(one.core().probe().peers().get(0).match()).isEqualTo(1);
  }

  @Test // end of 5.3: one refusal a term, not one an entry
  void backingUpSkipsAConflictingTermAtOnce() {
    long[] leaderTerms = LongStream.concat(LongStream.of(1), repeat(5, 50)).toArray();
    long[] followerTerms =
        LongStream.concat(LongStream.of(1), LongStream.concat(repeat(2, 30), repeat(4, 40)))
            .toArray();

    assertThat(roundsToRepair(leaderTerms, followerTerms)).isLessThanOrEqualTo(4);
  }

  @Test // end of 5.3
  void leaderGoesOnAfterItsOwnLastEntryOfTheConflictingTerm() {
    assertThat(retryAfter(new LogPosition(4, 4), 1, 1, 1, 4, 4, 5, 5, 6)).isEqualTo(5);
    assertThat(retryAfter(new LogPosition(2, 4), 1, 1, 1, 4, 4, 5, 5, 6)).isEqualTo(3);
    assertThat(retryAfter(new LogPosition(0, 6), 1, 1, 1, 4, 4, 5, 5, 6)).isEqualTo(5);
  }

  /** Where a leader of this log looks for a match once its last entry was refused so. */
  private static long retryAfter(LogPosition conflict, long... terms) {
    OneCore one = new OneCore(3, 7, terms).elect();
    one.ready();
    one.step(2, AppendReply.refused(8, terms.length, conflict));
    return sentTo(2, one.ready(), AppendEntries.class).get(0).previous().index();
  }

  @Test // figure 7
  void leaderRepairsEveryFollowerOfFigure7() {
    long[] leader = {1, 1, 1, 4, 4, 5, 5, 6, 6, 6};
    List<long[]> followers =
        List.of(
            new long[] {1, 1, 1, 4, 4, 5, 5, 6, 6},
            new long[] {1, 1, 1, 4},
            new long[] {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6},
            new long[] {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7},
            new long[] {1, 1, 1, 4, 4, 4, 4},
            new long[] {1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3});
    for (long[] follower : followers) {
      assertThat(roundsToRepair(leader, follower)).isLessThanOrEqualTo(4);
    }
  }

  /** AppendEntries it takes a leader of term 8 to make a follower's log like its own. */
  private static int roundsToRepair(long[] leaderTerms, long[] followerTerms) {
    OneCore leader = new OneCore(3, 7, leaderTerms).elect();
    OneCore follower = new OneCore(3, 7, followerTerms);
    int rounds = 0;
    while (!follower.core().status().last().equals(leader.core().status().last())) {
      List<AppendEntries> appends = sentTo(2, leader.readyAndPersist(), AppendEntries.class);
      assertThat(appends).as("stuck after %d rounds", rounds).isNotEmpty();
      for (AppendEntries append : appends) {
        rounds++;
        follower.step(2, append);
      }
      sent(follower.readyAndPersist(), AppendReply.class).forEach(reply -> leader.step(2, reply));
    }
    assertThat(follower.core().probe().window()).isEqualTo(leader.core().probe().window());
    return rounds;
  }

  @Test
  void proposalsBeyondTheUncommittedBoundAreRefusedUntilSomethingCommits() {
    OneCore one = replicating(CoreCluster.CONFIG);
    int size = 1 << 20;
    int accepted = 0;
    while (one.core().propose(bytes(size)) instanceof ProposeOutcome.Accepted) {
      accepted++;
    }
    assertThat(accepted).isEqualTo((int) (CoreCluster.CONFIG.maxUncommittedBytes() / size) - 1);
    one.readyAndPersist();

    one.step(2, AppendReply.accepted(1, 2));

    assertThat(one.core().propose(bytes(size))).isInstanceOf(ProposeOutcome.Accepted.class);
    assertThat(one.core().propose(bytes(size))).isInstanceOf(ProposeOutcome.Busy.class);
  }

  @Test // others commit, the own disk is behind: what waits for it is bounded all the same
  void proposalsAreRefusedWhileTheOwnDiskIsTooFarBehind() {
    OneCore one = replicating(CoreCluster.CONFIG);
    long size = CoreCluster.CONFIG.maxUncommittedBytes() / 2;
    for (int i = 0; i < 2; i++) {
      one.core().propose(bytes((int) size - 100));
      one.ready();
      one.step(2, AppendReply.accepted(1, 2 + i));
      one.step(3, AppendReply.accepted(1, 2 + i));
    }
    assertThat(one.core().status().commitIndex()).isEqualTo(3);
    assertThat(one.core().propose(bytes((int) size))).isInstanceOf(ProposeOutcome.Busy.class);

    one.core().persisted(new LogPosition(1, 2));

    assertThat(one.core().propose(bytes((int) size))).isInstanceOf(ProposeOutcome.Accepted.class);
  }

  @Test
  void aProposalLargerThanTheBoundIsPossibleAlone() {
    OneCore one = replicating(CoreCluster.CONFIG);

    int tooMuch = (int) CoreCluster.CONFIG.maxUncommittedBytes() + 1;

    assertThat(one.core().propose(bytes(tooMuch))).isInstanceOf(ProposeOutcome.Accepted.class);
    assertThat(one.core().propose(bytes(1))).isInstanceOf(ProposeOutcome.Busy.class);
  }

  @Test
  void followerRefersProposalsToItsLeader() {
    OneCore one = new OneCore(3, 3);
    assertThat(one.core().propose(bytes(1))).isEqualTo(new ProposeOutcome.NotLeader(0));

    one.step(2, new Heartbeat(3, 0, 0));

    assertThat(one.core().propose(bytes(1))).isEqualTo(new ProposeOutcome.NotLeader(2));
    assertThat(one.core().readIndex(1)).isFalse();
  }

  @Test // what a message costs: each entry is sent to each peer once
  void entriesAreSentOnceAPeerWhenNothingIsLost() {
    CoreCluster cluster = new CoreCluster(3, 5);
    CoreNode leader = cluster.electLeader();
    cluster.runMillis(500);
    List<Entry> carried = new ArrayList<>();
    cluster.block(
        (from, out) -> {
          if (out.message() instanceof AppendEntries append) {
            carried.addAll(append.entries());
          }
          return false;
        });

    for (int i = 0; i < 50; i++) {
      leader.propose("c" + i);
      cluster.runMillis(7);
    }
    cluster.runMillis(1_000);

    assertThat(carried).hasSize(100);
    assertThat(cluster.converged()).isTrue();
  }

  private static LongStream repeat(long term, int times) {
    return LongStream.generate(() -> term).limit(times);
  }

  private static ByteString bytes(int size) {
    return ByteString.copyFrom(new byte[size]);
  }

  private static CoreConfig bounds(
      int maxEntries, int maxBytes, int maxInflightMessages, long maxInflightBytes) {
    CoreConfig usual = CoreCluster.CONFIG;
    return new CoreConfig(
        usual.heartbeatNanos(),
        usual.electionMinNanos(),
        usual.electionMaxNanos(),
        maxEntries,
        maxBytes,
        maxInflightMessages,
        maxInflightBytes,
        usual.maxUncommittedBytes(),
        usual.maxCommittedBytes(),
        usual.tailBytes());
  }

  /** A leader of term 1 with its no-op committed by itself and node 2, which is in REPLICATE. */
  private static OneCore replicating(CoreConfig config) {
    return new OneCore(config, 3, HardState.NONE, List.of()).electAndCommitNoOp();
  }
}
