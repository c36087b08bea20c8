package io.flotilla.raft.wal;

import static io.flotilla.raft.wal.WalStore.entries;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.log.HardState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a tool sees of a log. */
class WalDumpTest {
  private static final GroupId G1 = new GroupId(1, 1);
  private static final GroupId G2 = new GroupId(2, 5);

  @Test
  void everyRecordIsListedAsItWasAppended() throws Exception {
    List<WalRecord> records =
        List.of(
            new WalRecord.Hard(G1, new HardState(3, 1, 7)),
            entries(G1, 3, 1, 4, 50),
            new WalRecord.Reset(G2, new LogPosition(2, 9)),
            new WalRecord.Compacted(G1, new LogPosition(3, 2)),
            new WalRecord.Removed(G2));
    WalStore store = new WalStore(1);
    store.open();
    store.append(records, () -> {});
    store.settle();
    List<WalDump.Batch> batches = dump(store);
    assertThat(batches).extracting(WalDump.Batch::number).containsExactly(1L, 2L);
    assertThat(batches.get(0).records()).extracting(WalDump.Item::record).isEqualTo(records);
    assertThat(batches.get(0).records())
        .extracting(WalDump.Item::number)
        .containsExactly(1L, 2L, 1L, 3L, 2L);
    assertThat(batches.get(1).syncedThrough()).isEqualTo(1);
    assertThat(batches.get(1).records()).isEmpty();
  }

  @Test
  void aDamagedBatchIsListedAsUnreadable() throws Exception {
    WalStore store = new WalStore(1);
    store.open();
    store.append(entries(G1, 1, 1, 1, 10));
    store.append(entries(G1, 1, 2, 1, 10));
    String path = store.segments().get(0);
    store.disk().flipBit(path, 200 * 8L);
    List<WalDump.Batch> batches = dump(store);
    assertThat(batches)
        .extracting(WalDump.Batch::readable)
        .containsExactly(false, true, true, true);
    assertThat(batches.get(0).file()).isEqualTo(path);
  }

  private static List<WalDump.Batch> dump(WalStore store) throws Exception {
    List<WalDump.Batch> batches = new ArrayList<>();
    WalDump.read(store.disk(), WalStore.DIRECTORY, WalStore.STORE, batches::add);
    return batches;
  }
}
