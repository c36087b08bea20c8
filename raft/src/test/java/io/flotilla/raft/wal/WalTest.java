package io.flotilla.raft.wal;

import static io.flotilla.raft.wal.WalStore.entries;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.sim.IoKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the log promises while the disk does what it is told, is full, or fails. */
class WalTest {
  private static final GroupId G1 = new GroupId(1, 1);
  private static final GroupId G2 = new GroupId(2, 5);
  private final WalStore store = new WalStore(1);

  @Test
  void aNewLogIsEmpty() {
    WalRecovery.Result result = store.open();
    assertThat(result.groups()).isEmpty();
    assertThat(result.torn()).isEmpty();
  }

  @Test
  void whatWasAcknowledgedIsThereAfterPowerLoss() {
    store.open();
    HardState hard = new HardState(3, 2, 1);
    assertThat(store.append(new WalRecord.Hard(G1, hard), entries(G1, 3, 1, 3, 10))).isTrue();
    assertThat(store.append(entries(G2, 1, 1, 1, 0))).isTrue();
    store.losePower();
    assertThat(store.open().groups())
        .containsExactly(
            new RecoveredGroup(G1, hard, LogPosition.ZERO, entries(G1, 3, 1, 3, 10).entries()),
            new RecoveredGroup(
                G2, HardState.NONE, LogPosition.ZERO, entries(G2, 1, 1, 1, 0).entries()));
  }

  @Test
  void aGroupRemovedAndCreatedAgainInOneBatchBeginsAnew() {
    store.open();
    WalRecord.Entries old = entries(G1, 7, 1, 9, 10);
    LogPosition last = new LogPosition(7, 9);
    store.append(
        new WalRecord.Hard(G1, new HardState(7, 2, 9)), old, new WalRecord.Compacted(G1, last));
    WalRecord.Entries fresh = entries(G1, 8, 1, 2, 10);
    store.append(new WalRecord.Removed(G1), fresh);
    assertThat(store.read(G1, 1, 100, 1 << 20)).isEqualTo(fresh.entries());
    store.append(entries(G1, 8, 3, 1, 10));
    store.losePower();
    RecoveredGroup found = store.open().groups().get(0);
    assertThat(found.hardState()).isEqualTo(HardState.NONE);
    assertThat(found.compacted()).isEqualTo(LogPosition.ZERO);
    assertThat(found.entries()).hasSize(3);
  }

  @Test
  void anOverlappingAppendReplacesTheSuffix() {
    store.open();
    store.append(entries(G1, 1, 1, 5, 10));
    store.append(entries(G1, 2, 3, 1, 10));
    List<Entry> expected = new ArrayList<>(entries(G1, 1, 1, 2, 10).entries());
    expected.addAll(entries(G1, 2, 3, 1, 10).entries());
    assertThat(store.read(G1, 1, 100, 1 << 20)).isEqualTo(expected);
    store.kill();
    assertThat(store.open().groups().get(0).entries()).isEqualTo(expected);
  }

  @Test
  void appendsOfOneTurnAndOfWaitingTurnsShareOneSync() {
    store.open();
    store.append(entries(G1, 1, 1, 1, 10));
    long before = batches();
    int[] durable = new int[1];
    store.onLoop(
        () -> {
          for (int i = 0; i < 20; i++) {
            GroupId group = new GroupId(10 + i, 1);
            List<WalRecord> records = List.of(entries(group, 1, 1, 1, 10));
            store.wal().append(records, store.loop(), () -> durable[0]++);
          }
        });
    store.settle();
    assertThat(durable[0]).isEqualTo(20);
    assertThat(batches() - before).isEqualTo(1);
  }

  @Test
  void aBatchCostsOneWriteAndOneSyncOnly() {
    store.open();
    store.append(entries(G1, 1, 1, 1, 10));
    long before = store.disk().mutations();
    store.append(entries(G1, 1, 2, 1, 10));
    // The third is the empty batch of an idle log, which nobody waits for.
    assertThat(store.disk().mutations() - before).isEqualTo(3);
  }

  @Test
  void anAppendLargerThanABatchBecomesDurableWhole() {
    store.open();
    assertThat(store.append(entries(G1, 1, 1, 100, 1_000), entries(G2, 1, 1, 3, 5_000))).isTrue();
    store.losePower();
    List<RecoveredGroup> groups = store.open().groups();
    assertThat(groups.get(0).entries()).isEqualTo(entries(G1, 1, 1, 100, 1_000).entries());
    assertThat(groups.get(1).entries()).isEqualTo(entries(G2, 1, 1, 3, 5_000).entries());
  }

  @Test
  void anAppendOfNothingAnswersBehindTheOnesBefore() {
    store.open();
    List<String> order = new ArrayList<>();
    store.append(List.of(entries(G1, 1, 1, 1, 10)), () -> order.add("entries"));
    store.append(List.of(), () -> order.add("nothing"));
    store.settle();
    assertThat(order).containsExactly("entries", "nothing");
  }

  @Test
  void readsSeeEveryAppendMadeBefore() {
    store.open();
    List<Entry> read = new ArrayList<>();
    store.onLoop(
        () -> {
          store.wal().append(List.of(entries(G1, 1, 1, 4, 10)), store.loop(), () -> {});
          store.wal().read(G1, 2, 4, 1 << 20, store.loop(), read::addAll);
        });
    store.settle();
    assertThat(read).isEqualTo(entries(G1, 1, 2, 2, 10).entries());
  }

  @Test
  void readsAreBoundedAndGiveNothingOutsideTheLog() {
    store.open();
    store.append(entries(G1, 1, 1, 100, 100), new WalRecord.Compacted(G1, new LogPosition(1, 10)));
    assertThat(store.read(G1, 11, 200, 1)).hasSize(1);
    assertThat(store.read(G1, 11, 200, 10 * 132)).hasSize(10);
    assertThat(store.read(G1, 11, 200, 1 << 20)).hasSize(90);
    assertThat(store.read(G1, 10, 20, 1 << 20)).isEmpty();
    assertThat(store.read(G1, 101, 120, 1 << 20)).isEmpty();
    assertThat(store.read(G2, 1, 10, 1 << 20)).isEmpty();
  }

  @Test
  void aResetForgetsTheEntriesAndKeepsTheVote() {
    store.open();
    HardState hard = new HardState(2, 1, 0);
    store.append(new WalRecord.Hard(G1, hard), entries(G1, 2, 1, 5, 10));
    store.append(new WalRecord.Reset(G1, new LogPosition(2, 50)), entries(G1, 2, 51, 1, 10));
    store.losePower();
    assertThat(store.open().groups())
        .containsExactly(
            new RecoveredGroup(
                G1, hard, new LogPosition(2, 50), entries(G1, 2, 51, 1, 10).entries()));
  }

  @Test
  void aRemovedGroupIsGone() {
    store.open();
    store.append(entries(G1, 1, 1, 5, 10), entries(G2, 1, 1, 1, 10));
    store.append(new WalRecord.Removed(G1));
    store.losePower();
    assertThat(store.open().groups()).extracting(RecoveredGroup::group).containsExactly(G2);
  }

  @Test
  void segmentsGoWhenEveryGroupHasMovedPastThem() {
    store.open();
    for (int i = 1; i <= 400; i++) {
      store.append(entries(G1, 1, i, 1, 1_000));
      store.append(new WalRecord.Compacted(G1, new LogPosition(1, i)));
    }
    assertThat(store.segments()).hasSizeLessThanOrEqualTo(2);
    assertThat(store.disk().used()).isLessThanOrEqualTo(3 * 64 << 10);
  }

  @Test
  void aColdGroupDoesNotPinOldSegments() {
    store.open();
    HardState hard = new HardState(7, 3, 4);
    store.append(
        new WalRecord.Hard(G2, hard),
        new WalRecord.Compacted(G2, new LogPosition(6, 10)),
        entries(G2, 7, 11, 20, 300));
    for (int i = 1; i <= 600; i++) {
      store.append(entries(G1, 1, i, 1, 1_000), new WalRecord.Compacted(G1, new LogPosition(1, i)));
    }
    assertThat(store.segments()).hasSizeLessThanOrEqualTo(WalConfig.SMALL.maxSegments() + 1);
    assertThat(store.read(G2, 11, 100, 1 << 20)).isEqualTo(entries(G2, 7, 11, 20, 300).entries());
    store.losePower();
    assertThat(store.open().groups().get(1))
        .isEqualTo(
            new RecoveredGroup(
                G2, hard, new LogPosition(6, 10), entries(G2, 7, 11, 20, 300).entries()));
  }

  @Test
  void aFullDiskKeepsAppendsWaitingUntilSpaceReturns() {
    store.open();
    store.disk().capacity(store.disk().used());
    int[] durable = new int[1];
    for (int i = 1; i <= 200; i++) {
      List<WalRecord> records = List.of(entries(G1, 1, i, 1, 1_000));
      store.append(records, () -> durable[0]++);
      store.settle();
    }
    int before = durable[0];
    assertThat(before).isBetween(1, 199);
    assertThat(store.broken).isEmpty();
    assertThat(store.meter.gauged("flotilla_wal_full")).isEqualTo(1);
    store.disk().capacity(1 << 30);
    store.settle();
    assertThat(durable[0]).isEqualTo(200);
    assertThat(store.meter.gauged("flotilla_wal_full")).isZero();
    store.losePower();
    assertThat(store.open().groups().get(0).entries()).hasSize(200);
  }

  @Test
  void tooMuchWaitingForSpaceStopsTheLog() {
    store.open();
    store.disk().capacity(0);
    for (int i = 1; i <= 600; i++) {
      store.append(List.of(entries(G1, 1, i, 1, 10_000)), () -> {});
    }
    store.settle();
    assertThat(store.broken).hasSize(1);
    assertThat(store.broken.get(0)).isInstanceOf(DiskException.Full.class);
  }

  @Test
  void aFailedSyncLatchesForGood() {
    store.open();
    store.append(entries(G1, 1, 1, 1, 10));
    store.disk().fail(IoKind.SYNC, 1);
    assertThat(store.append(entries(G1, 1, 2, 1, 10))).isFalse();
    assertThat(store.append(entries(G1, 1, 3, 1, 10))).isFalse();
    assertThat(store.read(G1, 1, 2, 100)).isEmpty();
    assertThat(store.broken).hasSize(1);
  }

  @Test
  void aFailedWriteLatchesForGood() {
    store.open();
    store.append(entries(G1, 1, 1, 1, 10));
    store.disk().fail(IoKind.WRITE, 1);
    assertThat(store.append(entries(G1, 1, 2, 1, 10))).isFalse();
    assertThat(store.append(entries(G1, 1, 3, 1, 10))).isFalse();
    assertThat(store.broken).hasSize(1);
    store.losePower();
    assertThat(store.open().groups().get(0).entries()).hasSizeBetween(1, 2);
  }

  @Test
  void aClosedLogAnswersNobody() {
    store.open();
    store.onLogLoop(() -> store.wal().close());
    assertThat(store.append(entries(G1, 1, 1, 1, 10))).isFalse();
    assertThat(store.broken).isEmpty();
  }

  private long batches() {
    return store.meter.counted("flotilla_wal_batches_total");
  }
}
