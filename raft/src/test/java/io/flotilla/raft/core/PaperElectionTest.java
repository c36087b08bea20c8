package io.flotilla.raft.core;

import static io.flotilla.raft.core.OneCore.entries;
import static io.flotilla.raft.core.OneCore.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.raft.GroupStatus.Role;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.AppendReply;
import io.flotilla.raft.core.message.Message.Heartbeat;
import io.flotilla.raft.core.message.Message.HeartbeatReply;
import io.flotilla.raft.core.message.Message.PreVoteReply;
import io.flotilla.raft.core.message.Message.RequestVote;
import io.flotilla.raft.core.message.Message.VoteReply;
import io.flotilla.raft.core.quorum.Ballots.Ballot;
import io.flotilla.raft.core.quorum.JointQuorum;
import io.flotilla.raft.core.quorum.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the paper says about terms, votes and time (5.1, 5.2, 5.4.1, 5.6), claim by claim. */
final class PaperElectionTest {
  private static final LogPosition FAR = new LogPosition(3, 9);

  static Stream<Message> messagesOfTermNine() {
    return Stream.of(
        new RequestVote(9, LogPosition.ZERO, true),
        new VoteReply(9, false),
        new AppendEntries(9, LogPosition.ZERO, List.of(), 0),
        AppendReply.refused(9, 1, new LogPosition(0, 1)),
        new Heartbeat(9, 0, 0),
        new HeartbeatReply(9, 0));
  }

  @ParameterizedTest // 5.1
  @MethodSource("messagesOfTermNine")
  void whoeverSeesALaterTermAdoptsItAndFollows(Message message) {
    OneCore leader = new OneCore(3, 1).electAndCommitNoOp();
    leader.step(2, message);
    assertThat(leader.term()).isEqualTo(9);
    assertThat(leader.core().status().role()).isEqualTo(Role.FOLLOWER);

    OneCore candidate = candidate(3);
    candidate.step(2, message);
    assertThat(candidate.term()).isEqualTo(9);
    assertThat(candidate.core().status().role()).isEqualTo(Role.FOLLOWER);
  }

  @Test // 5.1
  void requestsOfAnEarlierTermAreRefusedAndTheirSenderCorrected() {
    OneCore one = new OneCore(3, 5, 1, 2);

    one.step(2, new RequestVote(4, FAR, false));
    one.step(2, new AppendEntries(4, new LogPosition(2, 2), entries(3, 4), 2));
    one.step(2, new Heartbeat(4, 2, 0));

    Ready ready = one.ready();
    assertThat(sent(ready, VoteReply.class)).containsExactly(new VoteReply(5, false));
    assertThat(sent(ready, HeartbeatReply.class)).allMatch(reply -> reply.term() == 5).hasSize(2);
    assertThat(one.core().status().last()).isEqualTo(new LogPosition(2, 2));
    assertThat(one.core().status().commitIndex()).isZero();
  }

  @Test // 5.1, figure 2: the term never falls, not even over a restart
  void theTermComesBackFromDisk() {
    OneCore one = new OneCore(CoreCluster.CONFIG, 3, new HardState(7, 2, 0), entries(1, 1, 2));
    assertThat(one.term()).isEqualTo(7);
    assertThat(one.core().probe().votedFor()).isEqualTo(2);
  }

  @Test // 5.2
  void aLeaderSpeaksToEverybodyOnceAHeartbeat() {
    OneCore one = new OneCore(5, 0).electAndCommitNoOp();
    one.ready();

    one.passHeartbeat();
    List<Outbound> first = one.ready().sendNow();
    one.pass(1);
    List<Outbound> between = one.ready().sendNow();
    one.passHeartbeat();

    assertThat(first).extracting(Outbound::to).containsExactlyInAnyOrder(2, 3, 4, 5);
    assertThat(first).allMatch(out -> out.message() instanceof Heartbeat);
    assertThat(between).isEmpty();
    assertThat(one.ready().sendNow()).hasSize(4);
  }

  @Test // 5.2
  void aFollowerThatHearsItsLeaderNeverCampaigns() {
    OneCore one = new OneCore(3, 1);
    for (int at = 0; at < 100; at++) {
      one.step(2, new Heartbeat(1, 0, 0));
      one.passHeartbeat();
    }
    assertThat(one.core().status().role()).isEqualTo(Role.FOLLOWER);
    assertThat(sent(one.ready(), Message.PreVote.class)).isEmpty();
  }

  @Test // 5.2
  void aCandidateVotesForItselfAndAsksAllOthersAtOnce() {
    OneCore one = candidate(5);

    Ready ready = one.ready();

    assertThat(ready.hardState()).contains(new HardState(1, 1, 0));
    assertThat(ready.sendAfterPersist())
        .filteredOn(out -> out.message() instanceof RequestVote)
        .extracting(Outbound::to)
        .containsExactlyInAnyOrder(2, 3, 4, 5);
  }

  @Test // 5.2
  void aCandidateThatHearsALeaderOfItsTermFollowsIt() {
    OneCore one = candidate(3);
    one.step(2, new Heartbeat(1, 0, 0));
    assertThat(one.core().status().role()).isEqualTo(Role.FOLLOWER);
    assertThat(one.core().status().leader()).isEqualTo(2);
    assertThat(one.term()).isEqualTo(1);
  }

  @Test // 5.2
  void aCandidateStaysOneWhenALeaderOfAnEarlierTermSpeaks() {
    OneCore one = new OneCore(3, 3);
    one.passElectionTimeout();
    one.step(2, new PreVoteReply(3, 4, true));
    one.step(3, new Heartbeat(3, 0, 0));
    assertThat(one.core().status().role()).isEqualTo(Role.CANDIDATE);
  }

  @Test // 5.2: refused by a majority, or never answered
  void aCandidateWithoutAMajorityTriesAgainInALaterTerm() {
    OneCore one = candidate(3);
    one.step(2, new VoteReply(1, false));
    one.step(3, new VoteReply(1, false));
    assertThat(one.core().status().isLeader()).isFalse();

    one.passElectionTimeout();
    one.step(2, new PreVoteReply(1, 2, true));
    one.step(2, new VoteReply(2, true));

    assertThat(one.core().status().isLeader()).isTrue();
    assertThat(one.term()).isEqualTo(2);
  }

  @Test // 5.2: each is drawn, from all of the range, at every reset
  void electionTimeoutsAreDrawnAnewFromTheWholeRange() {
    CoreConfig config = CoreCluster.CONFIG;
    ElectionTimer timer = new ElectionTimer(config, new SplittableRandom(3));
    long range = config.electionMaxNanos() - config.electionMinNanos();
    TreeSet<Long> tenths = new TreeSet<>();
    for (int at = 0; at < 1_000; at++) {
      timer.reset(0);
      assertThat(timer.expired(config.electionMinNanos() - 1)).isFalse();
      assertThat(timer.expired(config.electionMaxNanos())).isTrue();
      tenths.add(tenthIn(timer, config.electionMinNanos(), range));
    }
    assertThat(tenths).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
  }

  @ParameterizedTest // 5.2: a majority of ALL servers; an even number of them is no better
  @CsvSource({"1,1", "2,2", "3,2", "4,3", "5,3", "6,4", "7,4"})
  void anElectionIsWonByAMajorityOfAllServers(int size, int needed) {
    Membership members = Membership.of(IntStream.rangeClosed(1, size).boxed().toList());
    for (int votes = 0; votes <= size; votes++) {
      int granted = votes;
      Verdict verdict =
          JointQuorum.verdict(members, node -> node <= granted ? Ballot.GRANTED : Ballot.MISSING);
      assertThat(verdict).isEqualTo(votes >= needed ? Verdict.WON : Verdict.OPEN);
    }
  }

  @Test // 5.2, 3.6: any two majorities share a server, which votes once
  void anyTwoMajoritiesShareAServer() {
    for (int size = 1; size <= 7; size++) {
      for (int one = 0; one < 1 << size; one++) {
        for (int other = 0; other < 1 << size; other++) {
          boolean both = Integer.bitCount(one) > size / 2 && Integer.bitCount(other) > size / 2;
          assertThat(!both || (one & other) != 0).isTrue();
        }
      }
    }
  }

  @ParameterizedTest // 5.4.1: later last term wins; same term, longer log wins
  @CsvSource({
    "1,1, 1,1, true",
    "1,2, 1,1, true",
    "2,1, 1,1, true",
    "2,1, 1,9, true",
    "1,1, 1,2, false",
    "1,9, 2,1, false",
    "1,1, 2,1, false"
  })
  void votesGoOnlyToLogsAtLeastAsUpToDate(
      long term, long index, long ownTerm, int ownIndex, boolean granted) {
    long[] own = new long[ownIndex];
    Arrays.fill(own, ownTerm);
    OneCore one = new OneCore(3, 2, own);

    one.step(2, new RequestVote(3, new LogPosition(term, index), false));

    assertThat(sent(one.ready(), VoteReply.class)).containsExactly(new VoteReply(3, granted));
  }

  @Test // 5.6: a lost heartbeat must not look like a death
  void anElectionTimeoutBelowThreeHeartbeatsIsNoSetting() {
    CoreConfig usual = CoreConfig.from(RaftConfig.FAST);
    assertThatThrownBy(
            () ->
                new CoreConfig(
                    usual.heartbeatNanos(),
                    3 * usual.heartbeatNanos() - 1,
                    usual.electionMaxNanos(),
                    usual.maxEntriesPerMessage(),
                    usual.maxBytesPerMessage(),
                    usual.maxInflightMessages(),
                    usual.maxInflightBytes(),
                    usual.maxUncommittedBytes(),
                    usual.maxCommittedBytes(),
                    usual.tailBytes()))
        .hasMessageContaining("3 heartbeats");
  }

  private static long tenthIn(ElectionTimer timer, long min, long range) {
    long low = 0;
    long high = range;
    while (low < high) {
      long middle = (low + high) / 2;
      if (timer.expired(min + middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return Math.min(9, 10 * low / range);
  }

  private static OneCore candidate(int size) {
    OneCore one = new OneCore(size, 0);
    one.passElectionTimeout();
    one.ready();
    for (int voter = 2; voter <= size / 2 + 1; voter++) {
      one.step(voter, new PreVoteReply(0, 1, true));
    }
    assertThat(one.core().status().role()).isEqualTo(Role.CANDIDATE);
    return one;
  }
}
