package io.flotilla.raft.core;

import static io.flotilla.raft.core.OneCore.entries;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.AppendReply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When an entry is committed (5.3, 5.4.2) and handed out. */
class CommitTest {
  @Test // 5.4.2
  void entriesOfEarlierTermsAreNotCommittedByCounting() {
    OneCore one = new OneCore(3, 4, 1, 2, 2).elect();
    one.readyAndPersist();

    one.step(2, AppendReply.accepted(5, 3));
    assertThat(one.core().status().commitIndex()).isZero();

    one.step(2, AppendReply.accepted(5, 4));
    assertThat(one.core().status().commitIndex()).isEqualTo(4);
    assertThat(one.ready().committed()).hasSize(4);
  }

  @Test
  void figure8CannotHappen() {
    CoreCluster cluster = new CoreCluster(5, 8);
    List<Entry> shared = entries(1, 1);
    List<Entry> withTwo = entries(1, 1, 2);
    List<Entry> withThree = entries(1, 1, 3);
    // (b): S1 led term 2 and reached S2; S5 led term 3 and reached nobody.
    cluster.node(1).restartWith(new HardState(3, 0, 1), withTwo);
    cluster.node(2).restartWith(new HardState(3, 0, 1), withTwo);
    cluster.node(3).restartWith(new HardState(3, 5, 1), shared);
    cluster.node(4).restartWith(new HardState(3, 5, 1), shared);
    cluster.node(5).restartWith(new HardState(3, 5, 1), withThree);
    // (c): S1 leads again and brings its entry of term 2 to S3, but its own no-op to nobody.
    cluster.block(
        (from, out) ->
            out.to() == 5
                || from == 5
                || (out.message() instanceof AppendEntries append
                    && append.entries().stream().anyMatch(entry -> entry.term() > 3)));
    CoreNode first = cluster.electLeader(1);
    LogPosition ofTermTwo = new LogPosition(2, 2);
    long term = first.core().status().term();
    for (int id : List.of(3, 4)) {
      cluster
          .node(id)
          .core()
          .step(1, new AppendEntries(term, withTwo.get(0).position(), withTwo.subList(1, 2), 1));
      cluster.node(id).turn();
    }
    cluster.runMillis(10);
    long holders = cluster.nodes().stream().filter(n -> n.disk().holds(ofTermTwo)).count();
    assertThat(holders).isGreaterThanOrEqualTo(3);

    assertThat(first.core().status().commitIndex()).isLessThan(2);

    // (d): S1 crashes; S5 may still win among those that lack it, and overwrite it.
    first.crash(0);
    cluster.heal();
    assertThat(cluster.runUntil(10_000, cluster::converged)).isTrue();
    cluster.invariants().checkLogMatching();
  }

  @Test // the leader is a voter like any other: only its disk counts
  void leaderCountsItselfOnlyForWhatIsDurable() {
    OneCore one = new OneCore(3, 0).elect();
    one.ready();
    one.step(2, AppendReply.accepted(1, 1));
    assertThat(one.core().status().commitIndex()).isZero();

    one.core().persisted(new LogPosition(1, 1));

    assertThat(one.core().status().commitIndex()).isEqualTo(1);
  }

  @Test // any majority will do: the leader's own disk may be the slow one
  void othersMayCommitBeforeTheLeadersOwnDisk() {
    OneCore one = new OneCore(3, 0).elect();
    one.ready();
    one.step(2, AppendReply.accepted(1, 1));
    one.step(3, AppendReply.accepted(1, 1));

    assertThat(one.ready().committed()).hasSize(1);
  }

  @Test // a write that comes true after its entry was replaced
  void lateReportOfAReplacedEntryIsIgnored() {
    OneCore one = new OneCore(3, 2);
    one.step(2, new AppendEntries(2, LogPosition.ZERO, entries(1, 2, 2), 0));
    one.ready();
    one.step(3, new AppendEntries(3, LogPosition.ZERO, entries(1, 3, 3), 0));
    one.ready();

    one.core().persisted(new LogPosition(2, 2));
    assertThat(one.core().probe().persisted()).isEqualTo(LogPosition.ZERO);
    one.core().persisted(new LogPosition(3, 2));
    assertThat(one.core().probe().persisted()).isEqualTo(new LogPosition(3, 2));
  }

  @Test
  void committedEntriesAreHandedOutOnceAndInBoundedPortions() {
    CoreConfig usual = CoreCluster.CONFIG;
    CoreConfig small =
        new CoreConfig(
            usual.heartbeatNanos(),
            usual.electionMinNanos(),
            usual.electionMaxNanos(),
            usual.maxEntriesPerMessage(),
            usual.maxBytesPerMessage(),
            usual.maxInflightMessages(),
            usual.maxInflightBytes(),
            usual.maxUncommittedBytes(),
            100,
            usual.tailBytes());
    List<Entry> log = entries(1, 1, 1, 1, 1, 1);
    OneCore one = new OneCore(small, 3, new HardState(1, 0, 5), log);

    assertThat(one.ready().committed()).isEqualTo(log.subList(0, 2));
    assertThat(one.core().hasReady()).isTrue();
    assertThat(one.ready().committed()).isEqualTo(log.subList(2, 4));
    assertThat(one.ready().committed()).isEqualTo(log.subList(4, 5));
    assertThat(one.core().hasReady()).isFalse();
  }

  @Test
  void aCommitIndexBeyondTheRecoveredLogIsCutToIt() {
    OneCore one = new OneCore(CoreCluster.CONFIG, 3, new HardState(1, 0, 9), entries(1, 1));

    assertThat(one.core().status().commitIndex()).isEqualTo(1);
  }

  @Test // a torn write can leave entries of a term whose hard state is gone
  void entriesBeyondTheRecoveredTermRaiseIt() {
    OneCore one = new OneCore(CoreCluster.CONFIG, 3, new HardState(2, 3, 0), entries(1, 1, 4));

    assertThat(one.core().status().term()).isEqualTo(4);
    assertThat(one.ready().hardState()).contains(new HardState(4, 0, 0));
  }

  @Test
  void aCommitIndexAloneAsksForNoWriteButRidesAlong() {
    OneCore one = new OneCore(3, 0).electAndCommitNoOp();
    one.readyAndPersist();
    assertThat(one.core().hasReady()).isFalse();

    one.propose("a");

    assertThat(one.ready().hardState()).contains(new HardState(1, 1, 1));
  }

  @Test
  void nothingOfAnEarlierTermIsSaidAfterTheTermHasMovedOn() {
    OneCore one = new OneCore(3, 2);
    one.step(2, new AppendEntries(2, LogPosition.ZERO, entries(1, 2), 0));
    one.step(3, new AppendEntries(3, LogPosition.ZERO, entries(1, 3), 0));

    assertThat(one.ready().sendAfterPersist())
        .containsExactly(new Outbound(3, AppendReply.accepted(3, 1)));
  }

  @Test // kill -9 of a group of one: nothing acknowledged is lost
  void loneVoterThatRestartsServesWhatItCommitted() {
    CoreCluster cluster = new CoreCluster(1, 3);
    CoreNode node = cluster.electLeader();
    node.propose("a");
    cluster.runMillis(100);
    long committed = node.core().status().commitIndex();
    node.propose("not yet durable");

    node.crash(0);
    node.restart();
    cluster.runMillis(50);

    assertThat(node.read()).isTrue();
    cluster.runMillis(50);
    assertThat(node.grants()).last().extracting(ReadGrant::index).isEqualTo(committed + 1);
  }
}
