package io.flotilla.raft.core;

import static io.flotilla.raft.core.OneCore.entries;
import static io.flotilla.raft.core.OneCore.sent;
import static io.flotilla.raft.core.OneCore.sentTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.GroupProbe.PeerState;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.AppendReply;
import io.flotilla.raft.core.message.Message.HeartbeatReply;
import io.flotilla.raft.core.message.Message.SnapshotChunk;
import io.flotilla.raft.core.message.Message.SnapshotReply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Followers that need what is no longer in memory: from disk, else by a snapshot (section 7). */
class SnapshotFlowTest {
  private static final Membership THREE = Membership.of(List.of(1, 2, 3));

  /** Five entries of term 1, all applied, none in memory; node 2 has nothing. */
  private static OneCore leaderOfALongLog() {
    CoreConfig usual = CoreCluster.CONFIG;
    CoreConfig noTail =
        new CoreConfig(
            usual.heartbeatNanos(),
            usual.electionMinNanos(),
            usual.electionMaxNanos(),
            usual.maxEntriesPerMessage(),
            usual.maxBytesPerMessage(),
            usual.maxInflightMessages(),
            usual.maxInflightBytes(),
            usual.maxUncommittedBytes(),
            usual.maxCommittedBytes(),
            0);
    OneCore one = new OneCore(noTail, 3, new HardState(1, 0, 5), entries(1, 1, 1, 1, 1, 1));
    one.ready();
    one.core().applied(new LogPosition(1, 5));
    one.elect();
    one.readyAndPersist();
    one.step(2, AppendReply.refused(2, 5, new LogPosition(0, 1)));
    return one;
  }

  @Test
  void followerALittleBehindIsServedFromDisk() {
    OneCore one = leaderOfALongLog();
    Ready ready = one.ready();
    assertThat(ready.fetches()).containsExactly(new FetchRequest(2, 1, 6, 1 << 20));
    assertThat(ready.snapshotsTo()).isEmpty();

    one.core().fetched(2, 1, entries(1, 1, 1, 1, 1, 1));

    AppendEntries append = sentTo(2, one.ready(), AppendEntries.class).get(0);
    assertThat(append.previous()).isEqualTo(LogPosition.ZERO);
    assertThat(append.entries()).hasSize(5);
    one.step(2, AppendReply.accepted(2, 5));
    assertThat(sentTo(2, one.ready(), AppendEntries.class).get(0).entries()).hasSize(1);
  }

  @Test
  void fetchInTheMiddleBringsThePositionBeforeItAlong() {
    OneCore one = leaderOfALongLog();
    one.ready();
    one.core().fetched(2, 1, entries(1, 1, 1));
    one.ready();
    one.step(2, AppendReply.accepted(2, 2));
    assertThat(one.ready().fetches()).containsExactly(new FetchRequest(2, 2, 6, 1 << 20));

    // Only the entry before the one wanted fits: the next question starts after it.
    one.core().fetched(2, 2, entries(2, 1));
    assertThat(one.ready().fetches()).containsExactly(new FetchRequest(2, 3, 6, 1 << 20));
    one.core().fetched(2, 3, entries(3, 1));

    AppendEntries append = sentTo(2, one.ready(), AppendEntries.class).get(0);
    assertThat(append.previous()).isEqualTo(new LogPosition(1, 2));
    assertThat(append.entries()).isEqualTo(entries(3, 1));
  }

  @Test
  void aFetchThatIsNeverAnsweredIsAskedForAgain() {
    OneCore one = leaderOfALongLog();
    FetchRequest wanted = new FetchRequest(2, 1, 6, 1 << 20);
    assertThat(one.ready().fetches()).containsExactly(wanted);
    for (int beat = 0; beat < 10; beat++) {
      hearPeers(one);
      assertThat(one.ready().fetches()).isEmpty();
    }
    hearPeers(one);
    assertThat(one.ready().fetches()).containsExactly(wanted);
  }

  private static void hearPeers(OneCore one) {
    one.passHeartbeat();
    one.step(2, new HeartbeatReply(one.term(), 0));
    one.step(3, new HeartbeatReply(one.term(), 0));
  }

  @Test
  void entriesTheDiskNoLongerHasMeanASnapshot() {
    OneCore one = leaderOfALongLog();
    one.ready();

    one.core().fetched(2, 1, List.of());

    assertThat(one.ready().snapshotsTo()).containsExactly(2);
    assertThat(one.core().probe().peers().get(0).state()).isEqualTo(PeerState.SNAPSHOT);
  }

  @Test
  void compactedLogMeansASnapshotWithoutAsking() {
    OneCore one = new OneCore(CoreCluster.CONFIG, 3, new HardState(1, 0, 0), List.of());
    OneCore compacted = leaderOfALongLog();
    compacted.core().compacted(new LogPosition(1, 5));

    Ready ready = compacted.ready();

    assertThat(ready.fetches()).isEmpty();
    assertThat(ready.snapshotsTo()).containsExactly(2);
    assertThat(one.core().hasReady()).isFalse();
  }

  @Test
  void nothingElseIsSentWhileASnapshotIsOnItsWay() {
    OneCore one = snapshotUnderWay();
    one.propose("meanwhile");
    assertThat(sentTo(2, one.ready(), AppendEntries.class)).isEmpty();

    one.step(2, new SnapshotReply(2, new LogPosition(1, 5), 0, false));
    assertThat(sentTo(2, one.ready(), AppendEntries.class)).isEmpty();
    one.step(2, new SnapshotReply(2, new LogPosition(1, 5), 0, true));

    AppendEntries append = sentTo(2, one.ready(), AppendEntries.class).get(0);
    assertThat(append.previous()).isEqualTo(new LogPosition(1, 5));
    assertThat(append.entries()).hasSize(2);
  }

  @Test
  void failedSnapshotIsTriedAgainOnceThePeerIsHeard() {
    OneCore one = snapshotUnderWay();
    one.core().snapshotFailed(2);
    one.passHeartbeat();
    assertThat(one.ready().snapshotsTo()).isEmpty();

    one.step(2, new HeartbeatReply(2, 0));

    assertThat(one.ready().snapshotsTo()).containsExactly(2);
  }

  @Test
  void lateAcknowledgementDoesNotEndASnapshotThatIsStillNeeded() {
    OneCore one = snapshotUnderWay();

    one.step(2, AppendReply.accepted(2, 1));
    assertThat(one.core().probe().peers().get(0).state()).isEqualTo(PeerState.SNAPSHOT);

    one.step(2, AppendReply.accepted(2, 5));
    assertThat(one.core().probe().peers().get(0).state()).isEqualTo(PeerState.REPLICATE);
  }

  private static OneCore snapshotUnderWay() {
    OneCore one = leaderOfALongLog();
    one.core().compacted(new LogPosition(1, 5));
    one.ready();
    return one;
  }

  @Test
  void chunksOfTheLeaderArePassedOnAndCountAsHearingIt() {
    OneCore one = new OneCore(3, 2);
    SnapshotChunk chunk = chunk(2, new LogPosition(1, 5));

    one.step(3, chunk);

    assertThat(one.core().status().leader()).isEqualTo(3);
    assertThat(one.ready().chunks()).containsExactly(new ReceivedChunk(3, chunk));
  }

  @Test // installing never takes anything back
  void snapshotOfWhatIsCommittedHereIsAnsweredNotInstalled() {
    OneCore one = new OneCore(CoreCluster.CONFIG, 3, new HardState(2, 0, 3), entries(1, 1, 1, 1));
    one.ready();

    one.step(3, chunk(2, new LogPosition(1, 2)));

    Ready ready = one.ready();
    assertThat(ready.chunks()).isEmpty();
    assertThat(sent(ready, SnapshotReply.class))
        .containsExactly(new SnapshotReply(2, new LogPosition(1, 2), 4, true));
  }

  @Test
  void installedSnapshotBringsMembershipAndPositions() {
    OneCore one = new OneCore(3, 2, 1, 1);

    one.core()
        .snapshotInstalled(
            new SnapshotHeader(new LogPosition(2, 9), Membership.of(List.of(1, 2, 3, 4))));

    assertThat(one.core().status().commitIndex()).isEqualTo(9);
    assertThat(one.core().status().applied()).isEqualTo(new LogPosition(2, 9));
    assertThat(one.core().status().last()).isEqualTo(new LogPosition(2, 9));
    assertThat(one.core().status().membership().voters()).hasSize(4);
    assertThat(one.ready().entries()).isEmpty();
    one.step(3, new AppendEntries(2, new LogPosition(2, 9), entries(10, 2), 10));
    assertThat(one.ready().committed()).isEqualTo(entries(10, 2));
  }

  @Test
  void emptyReplicaCatchesUpWithAnIdleFullyCompactedGroup() {
    CoreCluster cluster = new CoreCluster(3, 6);
    cluster.node(3).crash(0);
    CoreNode leader = cluster.electLeader();
    for (int i = 0; i < 30; i++) {
      leader.propose("c" + i);
      cluster.runMillis(20);
    }
    cluster.runMillis(500);
    for (int id = 1; id <= 2; id++) {
      cluster.node(id).checkpoint();
      cluster.node(id).crash(9);
      cluster.node(id).restart();
    }
    cluster.runMillis(2_000);

    cluster.node(3).restart();

    assertThat(cluster.runUntil(5_000, cluster::converged)).isTrue();
    assertThat(cluster.node(3).disk().snapshot().position().index()).isGreaterThan(0);
  }

  private static SnapshotChunk chunk(long term, LogPosition position) {
    ByteString bytes = ByteString.copyFromUtf8("data");
    return new SnapshotChunk(term, new SnapshotHeader(position, THREE), 4, 0, bytes, 0);
  }

  @Test // entries are applied as soon as others have committed them, the own disk may be behind
  void aSnapshotOvertakenByTheLogIsReportedOnlyWhenTheLogIsDurable() {
    OneCore one = new OneCore(3, 1);
    one.step(2, new AppendEntries(2, LogPosition.ZERO, entries(1, 2, 2), 2));
    LogPosition last = new LogPosition(2, 2);

    one.core().snapshotOvertaken(2, last);

    Ready ready = one.ready();
    assertThat(ready.entries()).hasSize(2);
    assertThat(ready.sendNow()).noneMatch(out -> out.message() instanceof SnapshotReply);
    assertThat(ready.sendAfterPersist())
        .extracting(Outbound::message)
        .contains(new SnapshotReply(2, last, 0, true));
  }
}
