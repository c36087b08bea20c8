package io.flotilla.raft.wal;

import static io.flotilla.raft.wal.WalStore.entries;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.sim.IoKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What recovery makes of a log that is not as it was written. */
class WalRecoveryTest {
  private static final GroupId G1 = new GroupId(1, 1);
  private static final GroupId G2 = new GroupId(2, 5);
  private static final String FIRST = "wal/00000000000000000001.log";
  private static final String SECOND = "wal/00000000000000000002.log";

  @Test
  void aFlipInWhatWasNeverSyncedDropsOnlyThat() {
    for (int bit = 0; bit < 512 * 8; bit += 37) {
      WalStore store = new WalStore(1);
      store.open();
      store.append(entries(G1, 1, 1, 1, 10));
      int end = 2 * 512;
      store.disk().fail(IoKind.SYNC, 1);
      assertThat(store.append(entries(G1, 1, 2, 1, 10))).isFalse();
      store.kill();
      store.disk().flipBit(FIRST, end * 8L + bit);
      WalRecovery.Result result = store.open();
      assertThat(result.torn()).contains(new WalRecovery.TornTail(FIRST, end, 3));
      assertThat(result.groups().get(0).entries()).isEqualTo(entries(G1, 1, 1, 1, 10).entries());
    }
  }

  @Test
  void whatASyncFailedToWriteIsWrittenAgainBeforeItIsBuiltUpon() {
    for (long seed = 1; seed <= 20; seed++) {
      WalStore store = new WalStore(seed);
      store.open();
      store.append(entries(G1, 1, 1, 1, 10));
      store.disk().fail(IoKind.SYNC, 1);
      assertThat(store.append(entries(G1, 1, 2, 1, 1_000))).isFalse();
      store.kill();
      // The page cache still has the batch, and calls it clean: a sync alone would skip it.
      assertThat(store.open().groups().get(0).entries()).hasSize(2);
      assertThat(store.append(entries(G1, 1, 3, 1, 10))).isTrue();
      store.losePower();
      assertThat(store.open().groups().get(0).entries()).hasSize(3);
    }
  }

  @Test
  void aFlipInWhatWasSyncedIsRefusedAndNamed() {
    WalStore store = new WalStore(1);
    store.open();
    store.append(entries(G2, 1, 1, 1, 10));
    store.append(entries(G1, 1, 1, 1, 10));
    store.append(entries(G2, 1, 2, 1, 10));
    store.kill();
    for (int batch = 0; batch < 5; batch += 2) {
      long bit = (batch * 512 + 120) * 8L;
      store.disk().flipBit(FIRST, bit);
      WalDamage damage = store.openDamaged();
      assertThat(damage.file()).isEqualTo(FIRST);
      assertThat(damage.offset()).isEqualTo(batch * 512L);
      assertThat(damage.groups()).containsExactly(batch == 2 ? G1 : G2);
      assertThat(damage).hasMessageContaining(FIRST).hasMessageContaining("offset " + batch * 512);
      assertThat(damage.getMessage()).doesNotContain("\n");
      store.disk().flipBit(FIRST, bit);
    }
    assertThat(store.open().groups()).hasSize(2);
  }

  @Test
  void aDamagedHeaderMakesSuspectsOfAllWhoseRecordsMayStandBehindIt() {
    WalStore store = new WalStore(1);
    store.open();
    store.append(entries(G2, 1, 1, 1, 10));
    store.append(entries(G1, 1, 1, 1, 10));
    store.append(entries(G2, 1, 2, 1, 10));
    store.kill();
    store.disk().flipBit(FIRST, 2 * 512 * 8L);
    // The group of the batch has no record at all now; the other one goes on without a hole.
    assertThat(store.openDamaged().groups()).isEmpty();
    store.disk().flipBit(FIRST, 2 * 512 * 8L);
    store.disk().flipBit(FIRST, 0);
    assertThat(store.openDamaged().groups()).containsExactly(G2);
  }

  @Test
  void noFlipAnywhereIsServedOrLosesWhatWasSynced() {
    SplittableRandom random = new SplittableRandom(3);
    int refused = 0;
    int opened = 0;
    WalLife life = stopped(1);
    for (int i = 0; i < 1_500; i++) {
      List<String> segments = life.store.segments();
      String path = segments.get(random.nextInt(segments.size()));
      long bit = random.nextLong(life.store.disk().length(path) * 8);
      life.store.disk().flipBit(path, bit);
      assertThat(life.store.tryOpen(WalStore.STORE)).isTrue();
      if (life.store.refused().isPresent()) {
        WalDamage damage = (WalDamage) life.store.refused().get();
        assertThat(damage.file()).isEqualTo(path);
        assertThat(damage.offset()).isLessThanOrEqualTo(bit / 8);
        life.store.disk().flipBit(path, bit);
        life.store.kill();
        refused++;
      } else {
        life.store.kill();
        life.reopen();
        life = stopped(i);
        opened++;
      }
    }
    assertThat(refused).isGreaterThan(200);
    assertThat(opened).isGreaterThan(200);
  }

  @Test
  void aBatchThatWasDroppedNeverComesBack() {
    int resurrections = 0;
    for (int seed = 0; seed < 200; seed++) {
      WalStore store = new WalStore(seed);
      store.open();
      store.append(entries(G1, 1, 1, 1, 10));
      // The idle mark behind it is not synced; lost alone, it leaves a hole before the next batch.
      store.disk().crashBefore(2, true);
      store.append(entries(G1, 1, 2, 1, 10));
      WalRecovery.Result dropped = store.open();
      if (dropped.torn().isPresent() && dropped.groups().get(0).entries().size() == 1) {
        resurrections++;
        // Just as long as that mark, and killed before another one overwrites what may be left.
        store.append(List.of(new WalRecord.Hard(G1, new HardState(5, 0, 0))), store::kill);
        store.settle();
        assertThat(store.open().groups().get(0).entries()).hasSize(1);
        assertThat(store.append(entries(G1, 2, 2, 1, 10))).isTrue();
        store.kill();
        assertThat(store.open().groups().get(0).entries().get(1).term()).isEqualTo(2);
      }
    }
    assertThat(resurrections).isGreaterThan(10);
  }

  @Test
  void appendsAfterATornTailSurviveTheNextRestarts() {
    WalStore store = new WalStore(4);
    store.open();
    store.append(entries(G1, 1, 1, 3, 100));
    store.disk().fail(IoKind.SYNC, 1);
    store.append(entries(G1, 1, 4, 10, 1_000));
    store.kill();
    store.disk().flipBit(FIRST, 3_000 * 8L);
    assertThat(store.open().torn()).isPresent();
    for (int i = 4; i < 30; i++) {
      assertThat(store.append(entries(G1, 2, i, 1, 700))).isTrue();
      store.losePower();
      WalRecovery.Result result = store.open();
      assertThat(result.groups().get(0).entries()).hasSize(i);
    }
  }

  @Test
  void theLogOfAnotherStoreIsRefused() {
    WalStore store = filled();
    assertThat(store.tryOpen(WalStore.STORE + 1)).isTrue();
    assertThat(store.refused().orElseThrow())
        .isInstanceOf(WalDamage.class)
        .hasMessageContaining("another store, 77");
  }

  @Test
  void anUnknownFormatVersionIsRefused() throws DiskException {
    WalStore store = filled();
    reseal(store, FIRST, 4, (byte) 9);
    assertThat(store.openDamaged()).hasMessageContaining("unknown format version 9");
  }

  @Test
  void aSegmentUnderTheNameOfAnotherIsRefused() throws DiskException {
    WalStore store = filled();
    store.tryOpen(WalStore.STORE);
    store.disk().rename(FIRST, SECOND);
    store.kill();
    assertThat(store.openDamaged()).hasMessageContaining("holds segment 1");
  }

  @Test
  void aSegmentMissingBeforeOthersIsRefused() throws DiskException {
    for (int missing = 0; missing < 2; missing++) {
      WalStore store = filled();
      store.tryOpen(WalStore.STORE);
      String path = store.segments().get(missing);
      store.disk().delete(path);
      store.kill();
      WalDamage damage = store.openDamaged();
      assertThat(damage).hasMessageContaining("segment missing");
      assertThat(damage.file()).isEqualTo(path);
    }
  }

  @Test
  void aSegmentCutShortIsRefused() throws DiskException {
    WalStore store = filled();
    store.tryOpen(WalStore.STORE);
    try (DiskFile file = store.disk().open(FIRST)) {
      file.truncate(30_000);
    }
    store.kill();
    assertThat(store.openDamaged().file()).isEqualTo(FIRST);
  }

  @Test
  void foreignFilesInTheDirectoryAreLeftAlone() throws DiskException {
    WalStore store = filled();
    store.tryOpen(WalStore.STORE);
    store.disk().create("wal/notes.txt").close();
    store.kill();
    assertThat(store.open().groups()).hasSize(1);
    assertThat(store.disk().files()).contains("wal/notes.txt");
  }

  /** A log of several segments, all of them needed, and a process that was killed. */
  private static WalStore filled() {
    WalStore store = new WalStore(1);
    store.open();
    for (int i = 1; i <= 90; i++) {
      store.append(entries(G1, 1, i, 1, 1_000));
    }
    assertThat(store.segments()).hasSize(3);
    store.kill();
    return store;
  }

  private static WalLife stopped(long seed) {
    WalLife life = new WalLife(seed % 5);
    life.store.open();
    life.writeColdGroups();
    life.live(25);
    life.store.kill();
    return life;
  }

  /** Changes a byte of the first batch's header as if it had been written that way. */
  private static void reseal(WalStore store, String path, int at, byte value) throws DiskException {
    store.tryOpen(WalStore.STORE);
    try (DiskFile file = store.disk().open(path)) {
      ByteBuffer header = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
      file.read(0, header);
      header.put(at, value);
      int end = BatchHeader.FIXED_BYTES + BatchHeader.TOUCHED_BYTES * header.getInt(20);
      ByteBuffer covered = ByteBuffer.allocate(end - 4);
      covered.put(header.slice(0, 12)).put(header.slice(16, end - 16));
      header.putInt(12, BatchHeader.crc(covered, 0, covered.capacity()));
      file.write(0, header.rewind());
    }
    store.kill();
  }
}
