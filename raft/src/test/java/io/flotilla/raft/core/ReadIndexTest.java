package io.flotilla.raft.core;

import static io.flotilla.raft.core.OneCore.entries;
import static io.flotilla.raft.core.OneCore.sent;
import static io.flotilla.raft.core.OneCore.sentTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.GroupStatus.Role;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.core.message.Message.AppendReply;
import io.flotilla.raft.core.message.Message.Heartbeat;
import io.flotilla.raft.core.message.Message.HeartbeatReply;
import io.flotilla.raft.core.message.Message.ReadReply;
import io.flotilla.raft.core.message.Message.ReadRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Linearizable reads without a log entry (section 8; thesis 6.4). */
class ReadIndexTest {
  @Test // a new leader does not know yet what is committed
  void readWaitsForTheNoOpOfTheTerm() {
    OneCore one = new OneCore(CoreCluster.CONFIG, 3, new HardState(4, 0, 1), entries(1, 1, 4));
    one.elect();
    one.readyAndPersist();

    assertThat(one.core().readIndex(1)).isTrue();
    assertThat(sent(one.ready(), Heartbeat.class)).isEmpty();
    one.step(2, new HeartbeatReply(5, 0));
    assertThat(one.ready().readGrants()).isEmpty();

    one.step(2, AppendReply.accepted(5, 3));
    Heartbeat round = sentTo(2, one.ready(), Heartbeat.class).get(0);
    one.step(2, new HeartbeatReply(5, round.readRound()));

    assertThat(one.ready().readGrants()).containsExactly(new ReadGrant(1, 3));
  }

  @Test
  void readIsGrantedOnlyAfterAQuorumHasAnsweredItsRound() {
    OneCore one = new OneCore(5, 0).electAndCommitNoOp();
    one.core().readIndex(7);
    long round = sentTo(2, one.ready(), Heartbeat.class).get(0).readRound();

    one.step(2, new HeartbeatReply(1, round));
    one.step(2, new HeartbeatReply(1, round));
    assertThat(one.ready().readGrants()).as("one node's answer, twice").isEmpty();

    one.step(4, new HeartbeatReply(1, round));
    assertThat(one.ready().readGrants()).containsExactly(new ReadGrant(7, 1));
  }

  @Test // a delayed answer to an earlier heartbeat proves nothing about now
  void answerToAnEarlierRoundDoesNotCount() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();
    one.core().readIndex(1);
    long first = sentTo(2, one.ready(), Heartbeat.class).get(0).readRound();
    one.core().readIndex(2);
    long second = sentTo(2, one.ready(), Heartbeat.class).get(0).readRound();
    assertThat(second).isGreaterThan(first);

    one.step(2, new HeartbeatReply(1, first));
    assertThat(one.ready().readGrants()).extracting(ReadGrant::readId).containsExactly(1L);

    one.step(3, new HeartbeatReply(1, second));
    assertThat(one.ready().readGrants()).extracting(ReadGrant::readId).containsExactly(2L);
  }

  @Test // a quorum that confirms a later round has confirmed the earlier one
  void answerToALaterRoundCountsForTheEarlier() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();
    one.core().readIndex(1);
    one.ready();
    one.core().readIndex(2);
    long second = sentTo(2, one.ready(), Heartbeat.class).get(0).readRound();

    one.step(2, new HeartbeatReply(1, second));

    assertThat(one.ready().readGrants()).extracting(ReadGrant::readId).containsExactly(1L, 2L);
  }

  @Test
  void oneRoundServesAllReadsOfATurnAndRoundsInFlightAreFew() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();
    long readId = 0;
    int heartbeats = 0;
    for (int turn = 0; turn < 50; turn++) {
      for (int i = 0; i < 10; i++) {
        one.core().readIndex(++readId);
      }
      heartbeats += sentTo(2, one.ready(), Heartbeat.class).size();
    }
    assertThat(heartbeats).isEqualTo(2);

    // The third round takes all that gathered meanwhile.
    one.step(2, new HeartbeatReply(1, 2));
    Ready ready = one.ready();
    assertThat(ready.readGrants()).hasSize(20);
    assertThat(sentTo(2, ready, Heartbeat.class)).hasSize(1);
    one.step(2, new HeartbeatReply(1, 3));
    assertThat(one.ready().readGrants()).hasSize(480);
  }

  @Test
  void lostRoundIsRepeatedByTheNextHeartbeat() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();
    one.core().readIndex(1);
    long round = sentTo(2, one.ready(), Heartbeat.class).get(0).readRound();

    one.passHeartbeat();

    assertThat(sentTo(3, one.ready(), Heartbeat.class).get(0).readRound()).isEqualTo(round);
  }

  @Test
  void readsInFlightAreDroppedWithLeadershipAndNeverComeBack() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();
    one.core().readIndex(1);
    long round = sentTo(2, one.ready(), Heartbeat.class).get(0).readRound();
    one.passElectionTimeout();
    assertThat(one.core().status().role()).isEqualTo(Role.FOLLOWER);

    one.step(2, new HeartbeatReply(1, round));
    one.electAndCommitNoOp();
    one.step(2, new HeartbeatReply(2, round));

    assertThat(one.ready().readGrants()).isEmpty();
    one.core().readIndex(2);
    assertThat(sentTo(2, one.ready(), Heartbeat.class).get(0).readRound()).isGreaterThan(round);
  }

  @Test
  void loneVoterGrantsAtOnceWhatItHasCommitted() {
    OneCore one = new OneCore(1, 0);
    one.core().readIndex(1);
    assertThat(one.ready().readGrants()).as("no-op not durable").isEmpty();
    one.core().persisted(one.core().status().last());
    one.ready();

    assertThat(one.core().readIndex(2)).isTrue();

    assertThat(one.core().hasReady()).isTrue();
    assertThat(one.ready().readGrants()).contains(new ReadGrant(2, 1));
  }

  @Test // the seed of many stale reads
  void deposedLeaderInAMinorityGrantsNothing() {
    CoreCluster cluster = new CoreCluster(5, 4);
    CoreNode old = cluster.electLeader();
    cluster.runMillis(200);
    int partner = old.id() % 5 + 1;
    List<Integer> minority = List.of(old.id(), partner);
    List<Integer> majority =
        List.of(1, 2, 3, 4, 5).stream().filter(id -> !minority.contains(id)).toList();
    cluster.partition(List.of(minority, majority));
    int granted = old.grants().size();
    for (int i = 0; i < 100; i++) {
      if (old.leads()) {
        old.read();
      }
      cluster.runMillis(10);
      cluster.leader().filter(leader -> leader != old).ifPresent(leader -> leader.propose("new"));
    }

    assertThat(old.grants()).hasSize(granted);
    assertThat(old.leads()).isFalse();
    assertThat(cluster.leader()).isPresent();
  }

  @Test
  void aFollowerAsksItsLeaderForAnIndexAndReadsThere() {
    OneCore follower = new OneCore(3, 4);
    assertThat(follower.core().readAnywhere(9)).as("no leader is known").isFalse();
    follower.step(2, new Heartbeat(4, 0, 0));
    assertThat(follower.core().readAnywhere(9)).isTrue();
    assertThat(sentTo(2, follower.ready(), ReadRequest.class))
        .containsExactly(new ReadRequest(4, 9));

    follower.step(3, new ReadReply(4, 9, 1));
    assertThat(follower.ready().readGrants()).as("not from its leader").isEmpty();
    follower.step(2, new ReadReply(3, 9, 1));
    assertThat(follower.ready().readGrants()).as("of an old term").isEmpty();
    follower.step(2, new ReadReply(4, 9, 7));
    assertThat(follower.ready().readGrants()).containsExactly(new ReadGrant(9, 7));
  }

  @Test // else a leader that was deposed would vouch for what it has
  void aLeaderAnswersAFollowerOnlyAfterAQuorumHasAnsweredIt() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();
    one.step(3, new ReadRequest(1, 9));
    Heartbeat round = sentTo(2, one.ready(), Heartbeat.class).get(0);
    assertThat(sent(one.ready(), ReadReply.class)).isEmpty();

    one.step(2, new HeartbeatReply(1, round.readRound()));

    assertThat(sentTo(3, one.ready(), ReadReply.class)).containsExactly(new ReadReply(1, 9, 1));
  }
}
