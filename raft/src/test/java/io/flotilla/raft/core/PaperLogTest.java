package io.flotilla.raft.core;

import static io.flotilla.raft.core.OneCore.entries;
import static io.flotilla.raft.core.OneCore.sent;
import static io.flotilla.raft.core.OneCore.sentTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.AppendReply;
import io.flotilla.raft.core.message.Message.Heartbeat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the paper says about logs, commit and crashes (5.3, 5.4, 5.5, 8), claim by claim. */
final class PaperLogTest {
  @Test // 5.3
  void aLeaderAppendsWithItsTermAndTheNextIndexAndSendsToAll() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();
    one.step(3, AppendReply.accepted(1, 1));
    one.ready();

    one.propose("x");
    Ready ready = one.ready();

    assertThat(ready.entries()).extracting(Entry::position).containsExactly(new LogPosition(1, 2));
    for (int peer : List.of(2, 3)) {
      assertThat(sentTo(peer, ready, AppendEntries.class))
          .singleElement()
          .matches(append -> append.entries().equals(ready.entries()))
          .matches(append -> append.previous().equals(new LogPosition(1, 1)));
    }
  }

  @ParameterizedTest // 5.3: the leader is one of them
  @CsvSource({"1,0", "2,1", "3,1", "4,2", "5,2", "6,3", "7,3"})
  void anEntryIsCommittedOnceAMajorityOfAllServersHoldsIt(int size, int others) {
    for (int acks = 0; acks < size; acks++) {
      OneCore one = new OneCore(size, 0);
      if (size > 1) {
        one.elect();
      }
      one.readyAndPersist();
      for (int voter = 2; voter <= acks + 1; voter++) {
        one.step(voter, AppendReply.accepted(1, 1));
      }
      assertThat(one.core().status().commitIndex()).isEqualTo(acks >= others ? 1 : 0);
    }
  }

  @Test // 5.3
  void committingAnEntryCommitsAllBeforeItThoseOfEarlierLeadersToo() {
    OneCore one = new OneCore(3, 4, 1, 2, 4).elect();
    one.readyAndPersist();

    one.step(2, AppendReply.accepted(5, 4));

    assertThat(one.ready().committed())
        .extracting(Entry::position)
        .containsExactly(
            new LogPosition(1, 1),
            new LogPosition(2, 2),
            new LogPosition(4, 3),
            new LogPosition(5, 4));
  }

  @Test // 5.3
  void followersLearnWhatIsCommittedFromTheNextMessageAndApplyInOrder() {
    OneCore one = new OneCore(3, 1);
    one.step(2, new AppendEntries(1, LogPosition.ZERO, entries(1, 1, 1), 0));
    assertThat(one.readyAndPersist().committed()).isEmpty();

    one.step(2, new Heartbeat(1, 1, 0));
    assertThat(one.ready().committed()).extracting(Entry::index).containsExactly(1L);
    one.step(2, new AppendEntries(1, new LogPosition(1, 2), entries(3, 1), 2));
    assertThat(one.ready().committed()).extracting(Entry::index).containsExactly(2L);
  }

  @Test // 5.3, figure 3
  void aLeaderNeverChangesItsOwnLog() {
    OneCore one = new OneCore(5, 3, 1, 2, 3).elect();
    one.readyAndPersist();
    List<Entry> before = one.core().probe().window();

    for (int peer = 2; peer <= 5; peer++) {
      one.step(peer, AppendReply.refused(4, 3, new LogPosition(2, 1)));
      one.step(peer, AppendReply.accepted(4, peer == 5 ? 4 : 2));
      one.step(peer, new AppendEntries(4, LogPosition.ZERO, entries(1, 4), 1));
    }

    assertThat(one.core().probe().window()).startsWith(before.toArray(Entry[]::new));
  }

  @Test // 5.3, 5.5
  void appendingTheSameTwiceChangesNothingTheSecondTime() {
    OneCore one = new OneCore(3, 2);
    AppendEntries append = new AppendEntries(2, LogPosition.ZERO, entries(1, 1, 2, 2), 1);
    one.step(2, append);
    assertThat(one.readyAndPersist().entries()).hasSize(3);

    one.step(2, append);
    Ready again = one.ready();

    assertThat(again.entries()).isEmpty();
    assertThat(again.committed()).isEmpty();
    assertThat(sent(again, AppendReply.class)).containsExactly(AppendReply.accepted(2, 3));
  }

  @ParameterizedTest // 5.3: two logs that share an entry share all before it, whatever was lost
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void logsThatShareAnEntryShareAllBeforeIt(long seed) {
    CoreCluster cluster = new CoreCluster(5, seed);
    SplittableRandom random = new SplittableRandom(seed);
    cluster.unreliable(0.2, 0.2, 60);
    for (int round = 0; round < 150; round++) {
      if (round % 30 == 10) {
        cluster.isolate(cluster.leader().map(CoreNode::id).orElse(1), 1 + random.nextInt(5));
      } else if (round % 30 == 25) {
        cluster.block((from, out) -> false);
      }
      String command = "c" + round;
      cluster.nodes().stream().filter(CoreNode::leads).forEach(node -> node.propose(command));
      cluster.runMillis(random.nextLong(40));
      cluster.invariants().checkLogMatching();
    }
    cluster.heal();
    assertThat(cluster.runUntil(20_000, cluster::converged)).isTrue();
    assertThat(cluster.invariants().termsLed()).isGreaterThan(1);
  }

  @ParameterizedTest // 5.3: commands of a leader that fails after reaching any subset of the others
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
  void anEntryAtAnySubsetIsKeptOrDroppedByAll(int subset) {
    CoreCluster cluster = new CoreCluster(5, 77);
    CoreNode leader = cluster.electLeader();
    cluster.runUntil(1_000, cluster::converged);
    cluster.block(
        (from, out) ->
            from == leader.id() && (subset & (1 << ((out.to() - from + 5) % 5 - 1))) == 0);
    leader.propose("x");
    cluster.runMillis(20);
    boolean wasCommitted = leader.core().status().commitIndex() == 2;
    leader.crash(Integer.MAX_VALUE);
    cluster.heal();
    assertThat(cluster.runUntil(10_000, cluster::converged)).isTrue();

    TreeMap<Boolean, Integer> kept = new TreeMap<>();
    for (CoreNode node : cluster.nodes()) {
      boolean holds = node.entry(2).filter(e -> e.data().toStringUtf8().equals("x")).isPresent();
      kept.merge(holds, 1, Integer::sum);
    }
    assertThat(kept).as("kept by some, dropped by others").hasSize(1);
    assertThat(wasCommitted).isEqualTo(Integer.bitCount(subset) >= 2);
    assertThat(!wasCommitted || kept.containsKey(true)).isTrue();
  }

  @ParameterizedTest // 2f+1 servers: f may fail, f+1 may not, and nothing is lost by it
  @ValueSource(ints = {1, 2, 3})
  void fFailuresOfTwoFPlusOneAreSurvivedAndOneMoreIsWaitedFor(int failures) {
    int size = 2 * failures + 1;
    CoreCluster cluster = new CoreCluster(size, failures);
    CoreNode leader = cluster.electLeader();
    List<CoreNode> others =
        cluster.nodes().stream().filter(node -> node.id() != leader.id()).toList();
    others.subList(0, failures).forEach(node -> node.crash(0));
    leader.propose("with f down");
    assertThat(cluster.runUntil(1_000, () -> leader.core().status().commitIndex() == 2)).isTrue();

    others.get(failures).crash(0);
    leader.propose("with f+1 down");
    cluster.runMillis(3_000);
    assertThat(leader.core().status().commitIndex()).isEqualTo(2);

    cluster.heal();
    assertThat(cluster.runUntil(20_000, cluster::converged)).isTrue();
    assertThat(leader.entry(2)).isPresent();
  }

  @Test // 5.5
  void aFollowerThatIsDownIsAskedUntilItIsBack() {
    CoreCluster cluster = new CoreCluster(3, 4);
    CoreNode leader = cluster.electLeader();
    cluster.node(leader.id() % 3 + 1).crash(0);
    for (int at = 0; at < 20; at++) {
      leader.propose("c" + at);
      cluster.runMillis(100);
    }
    assertThat(leader.core().status().commitIndex()).isEqualTo(21);

    cluster.heal();

    assertThat(cluster.runUntil(5_000, cluster::converged)).isTrue();
  }

  @Test // 8: a leader commits its no-op first, and learns by that what was committed
  void afterAFullRestartTheNewLeaderFindsTheCommitPointByItsNoOp() {
    CoreCluster cluster = new CoreCluster(3, 6);
    cluster.electLeader().propose("x");
    assertThat(cluster.runUntil(2_000, cluster::converged)).isTrue();
    long committed = cluster.invariants().highestCommit();
    cluster.nodes().forEach(node -> node.crash(Integer.MAX_VALUE));
    cluster.nodes().forEach(CoreNode::restart);

    CoreNode leader = cluster.electLeader();
    assertThat(cluster.runUntil(2_000, cluster::converged)).isTrue();

    assertThat(leader.core().status().commitIndex()).isEqualTo(committed + 1);
    assertThat(leader.entry(committed + 1).orElseThrow().kind()).isEqualTo(Entry.Kind.NO_OP);
  }

  @Test // 5.4.2: what a later leader overwrites was never applied anywhere
  void anOverwrittenTailWasNeverHandedOut() {
    OneCore one = new OneCore(CoreCluster.CONFIG, 3, new HardState(5, 0, 1), entries(1, 1, 2, 2));
    assertThat(one.ready().committed()).extracting(Entry::index).containsExactly(1L);

    one.step(2, new AppendEntries(5, new LogPosition(1, 1), entries(2, 3, 5), 3));

    Ready ready = one.readyAndPersist();
    assertThat(ready.committed())
        .extracting(Entry::position)
        .containsExactly(new LogPosition(3, 2), new LogPosition(5, 3));
  }
}
