package io.flotilla.raft.core;

import static io.flotilla.raft.core.OneCore.entries;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.GroupStatus.Role;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.Heartbeat;
import io.flotilla.raft.core.message.Message.PreVote;
import io.flotilla.raft.core.message.Message.TimeoutNow;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways in which other implementations have failed, over many events (docs/catalogue.md). */
final class KnownBugsTest {
  static IntStream mixes() {
    return IntStream.range(0, 64);
  }

  @ParameterizedTest // whoever asks first and whoever steps down must not block each other
  @MethodSource("mixes")
  void anyMixOfTermsAndLogsComesToALeader(int mix) {
    CoreCluster cluster = new CoreCluster(3, 40 + mix);
    for (CoreNode node : cluster.nodes()) {
      int kind = mix >> (2 * (node.id() - 1)) & 3;
      long term = (kind & 1) == 0 ? 2 : 7;
      node.restartWith(
          new HardState(term, 0, 0), (kind & 2) == 0 ? entries(1, 1) : entries(1, 1, 2));
    }
    long election = cluster.config().electionMaxNanos() / CoreCluster.MILLI;
    assertThat(cluster.runUntil(10 * election, () -> cluster.leader().isPresent())).isTrue();
    assertThat(cluster.runUntil(10 * election, cluster::converged)).isTrue();
  }

  @ParameterizedTest // a follower that gets no entries, and only every other heartbeat, asks for
  // ever
  @ValueSource(longs = {1, 2, 3})
  void aHopelessCandidateDeposesNobody(long seed) {
    CoreCluster cluster = new CoreCluster(5, seed);
    CoreNode leader = cluster.electLeader();
    int slow = leader.id() % 5 + 1;
    boolean[] loseHeartbeats = new boolean[1];
    int[] asked = new int[1];
    cluster.block(
        (from, out) -> {
          asked[0] += from == slow && out.message() instanceof PreVote ? 1 : 0;
          return out.to() == slow
              && (out.message() instanceof AppendEntries
                  || (loseHeartbeats[0] && out.message() instanceof Heartbeat));
        });
    for (int at = 0; at < 300; at++) {
      loseHeartbeats[0] = at % 10 < 7;
      leader.propose("c" + at);
      cluster.runMillis(100);
    }
    assertThat(asked[0]).as("questions whether others would vote for it").isGreaterThan(20);
    assertThat(cluster.invariants().termsLed()).as("terms with a leader").isEqualTo(1);
    assertThat(leader.core().status().commitIndex()).isEqualTo(301);
  }

  @Test // a word to campaign that was meant for an earlier term
  void aWordToCampaignFromAnEarlierTermDoesNothing() {
    OneCore one = new OneCore(3, 1, 1);
    one.step(2, new Heartbeat(1, 0, 0));
    one.step(3, new Heartbeat(2, 0, 0));
    one.ready();

    one.step(2, new TimeoutNow(1, one.core().status().last()));

    assertThat(one.core().status().role()).isEqualTo(Role.FOLLOWER);
    assertThat(one.term()).isEqualTo(2);
  }

  @ParameterizedTest // what is in flight is counted down again, however messages fare
  @ValueSource(longs = {1, 2, 3})
  void everyFollowerIsServedAgainAfterALongLoss(long seed) {
    CoreCluster cluster = new CoreCluster(3, seed);
    cluster.electLeader();
    cluster.unreliable(0.3, 0.2, 80);
    for (int at = 0; at < 500; at++) {
      String command = "c" + at;
      cluster.leader().ifPresent(leader -> leader.propose(command));
      cluster.runMillis(20);
    }
    cluster.heal();
    assertThat(cluster.runUntil(5_000, cluster::converged)).isTrue();
    cluster.runMillis(500);
    assertThat(cluster.leader().orElseThrow().core().probe().peers())
        .allSatisfy(
            peer -> {
              assertThat(peer.inflightMessages()).isZero();
              assertThat(peer.inflightBytes()).isZero();
              assertThat(peer.state()).isEqualTo(GroupProbe.PeerState.REPLICATE);
            });
  }

  @Test // a follower that has stopped costs its leader neither memory nor log
  void aStoppedFollowerCostsItsLeaderABoundedTail() {
    CoreConfig config = smallTail();
    CoreCluster cluster = new CoreCluster(3, 9, config);
    CoreNode leader = cluster.electLeader();
    int stopped = leader.id() % 3 + 1;
    cluster.isolate(stopped);
    long largest = 0;
    for (int at = 0; at < 3_000; at++) {
      leader.propose("x".repeat(100));
      cluster.runMillis(2);
      if (at % 100 == 99) {
        leader.checkpoint();
      }
      largest = Math.max(largest, windowBytes(leader));
    }
    assertThat(leader.core().status().commitIndex()).isGreaterThan(2_900);
    assertThat(largest).isLessThan(config.tailBytes() + 16_000);

    cluster.heal();
    assertThat(cluster.runUntil(10_000, cluster::converged)).isTrue();
  }

  private static long windowBytes(CoreNode node) {
    return node.core().probe().window().stream().mapToLong(Entry::sizeBytes).sum();
  }

  private static CoreConfig smallTail() {
    CoreConfig usual = CoreConfig.from(RaftConfig.FAST);
    return new CoreConfig(
        usual.heartbeatNanos(),
        usual.electionMinNanos(),
        usual.electionMaxNanos(),
        usual.maxEntriesPerMessage(),
        usual.maxBytesPerMessage(),
        usual.maxInflightMessages(),
        usual.maxInflightBytes(),
        usual.maxUncommittedBytes(),
        usual.maxCommittedBytes(),
        1_000);
  }
}
