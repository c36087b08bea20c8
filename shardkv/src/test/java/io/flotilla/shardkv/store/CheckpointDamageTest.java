package io.flotilla.shardkv.store;

import static io.flotilla.shardkv.store.RowKind.DATA;
import static io.flotilla.shardkv.store.StoreWorld.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.flotilla.base.Meter;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSink;
import io.flotilla.raft.SnapshotSource;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.mapdb.SortedTableMap;

/** Bytes that are not what was written are reported and never served. */
final class CheckpointDamageTest {
  private static final int FLIPS = 10_000;
  private static final int ROTS = 2_000;

  private final StoreWorld world = new StoreWorld(5);

  @Test
  void everyFlippedBitIsReportedAtOpenWithTheNameOfTheFile() throws Exception {
    ScriptedLife life = new ScriptedLife(world);
    life.run();
    List<String> files = life.files();
    assertThat(files).hasSizeGreaterThan(4);
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < FLIPS; i++) {
      String file = files.get(i % files.size());
      long bit = random.nextLong(world.disk().length(file) * 8);
      world.disk().flipBit(file, bit);
      assertThatThrownBy(() -> ScriptedLife.open(world, ScriptedLife.PATH))
          .isInstanceOfSatisfying(
              StoreDamage.class, damage -> assertThat(damage.file()).isEqualTo(file));
      world.disk().flipBit(file, bit);
    }
    life.verify(ScriptedLife.open(world, ScriptedLife.PATH));
  }

  @Test
  void aDamagedCheckpointCanBeGivenUpForANewStore() throws Exception {
    ScriptedLife life = new ScriptedLife(world);
    life.run();
    String file = life.files().get(1);
    world.disk().flipBit(file, 1_000);
    assertDamaged(file);
    LogPosition promised = new LogPosition(4, 70);
    SortedFileStore.discard(world.disk(), ScriptedLife.PATH, promised);
    world.node.crash(true);
    world.restart();
    SortedFileStore store = ScriptedLife.open(world, ScriptedLife.PATH);
    assertThat(store.recovered()).isEqualTo(SnapshotHeader.NONE);
    assertThat(store.lost()).contains(promised);
    store.regained();
    world.settle();
    assertThat(life.files()).isEmpty();
    assertThat(ScriptedLife.open(world, ScriptedLife.PATH).lost()).isEmpty();
    store.put(new Namespace(1, 1), DATA, bytes("a"), Row.tombstone(1));
    world.checkpoint(store, 1, "");
    assertThat(StoreWorld.rows(ScriptedLife.open(world, ScriptedLife.PATH))).hasSize(1);
  }

  @Test
  void whatWasPromisedBeforeStaysLostWhenDamageComesAgain() throws Exception {
    ScriptedLife.open(world, ScriptedLife.PATH);
    SortedFileStore.discard(world.disk(), ScriptedLife.PATH, new LogPosition(4, 70));
    SortedFileStore.discard(world.disk(), ScriptedLife.PATH, new LogPosition(5, 3));
    LogPosition both = new LogPosition(5, 70);
    assertThat(ScriptedLife.open(world, ScriptedLife.PATH).lost()).contains(both);
    world.disk().flipBit(ScriptedLife.PATH + "/lost", 77);
    LogPosition all = ScriptedLife.open(world, ScriptedLife.PATH).lost().orElseThrow();
    assertThat(all.term()).isGreaterThan(both.term());
    assertThat(all.index()).isGreaterThan(both.index());
  }

  @Test
  void aMissingAShortAndALongFileAreReported() throws Exception {
    ScriptedLife life = new ScriptedLife(world);
    life.run();
    for (String file : life.files()) {
      if (file.endsWith("MANIFEST")) {
        continue;
      }
      world.disk().rename(file, "aside");
      assertDamaged(file);
      world.disk().create(file).close();
      assertDamaged(file);
      world.disk().rename("aside", file);
      try (var open = world.disk().open(file)) {
        long length = open.size();
        open.write(length, ByteBuffer.allocate(1));
        assertDamaged(file);
        open.truncate(length);
      }
    }
    life.verify(ScriptedLife.open(world, ScriptedLife.PATH));
  }

  private void assertDamaged(String file) {
    assertThatThrownBy(() -> ScriptedLife.open(world, ScriptedLife.PATH))
        .isInstanceOfSatisfying(
            StoreDamage.class, damage -> assertThat(damage.file()).isEqualTo(file));
  }

  /** Rot that comes after the file was read at open must be caught row by row. */
  @Test
  void noRowOfATableThatRotsWhileOpenIsEverWrong() throws Exception {
    SortedFileStore store =
        SortedFileStore.open(world.disk(), "s", world.loop, world.fileLoop, Meter.NONE);
    Namespace namespace = new Namespace(1, 1);
    TreeMap<RowKey, Row> expected = new TreeMap<>();
    for (int i = 0; i < 200; i++) {
      ByteString key = bytes("key" + i);
      Row row = Row.of(bytes(("value" + i).repeat(i % 20 == 0 ? 1000 : 3)), i);
      store.put(namespace, DATA, key, row);
      expected.put(new RowKey(namespace, DATA, key), row);
    }
    world.checkpoint(store, 1, "");
    TableFile file =
        TableFile.open(
            world.disk(),
            "s",
            new CheckpointDirectory(world.disk(), "s").open().manifest().tables().get(0));
    SplittableRandom random = new SplittableRandom(2);
    int damaged = 0;
    for (int i = 0; i < ROTS; i++) {
      ByteBuffer table = flipped(file.table(), random);
      ByteBuffer values = flipped(file.values(), random);
      try {
        TableFile rotten =
            new TableFile(
                "s",
                file.entry(),
                table,
                values,
                SortedTableMap.open(
                    new BufferVolume(table), BytesSerializer.BYTES, BytesSerializer.BYTES));
        Checkpoint checkpoint = new Checkpoint(Manifest.NONE, List.of(rotten));
        for (Map.Entry<RowKey, Row> entry : expected.entrySet()) {
          Optional<Row> found = checkpoint.get(namespace, DATA, entry.getKey().key());
          found.ifPresent(row -> assertThat(row.equals(entry.getValue())).isTrue());
        }
      } catch (StoreDamage | RuntimeException e) {
        damaged++;
      }
    }
    assertThat(damaged).isGreaterThan(ROTS / 10);
  }

  @Test
  void aSnapshotWithAFlippedBitIsRefused() throws Exception {
    ScriptedLife life = new ScriptedLife(world);
    life.run();
    SortedFileStore store = ScriptedLife.open(world, ScriptedLife.PATH);
    SnapshotSource source = store.openSnapshot();
    ByteString whole = ByteString.EMPTY;
    while (whole.size() < source.length()) {
      whole = whole.concat(source.read(whole.size(), 1 << 20));
    }
    byte[] bytes = whole.toByteArray();
    SortedFileStore other = ScriptedLife.open(world, "other");
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 500; i++) {
      int at = i < 200 ? random.nextInt(400) : random.nextInt(bytes.length);
      byte mask = (byte) (1 << random.nextInt(8));
      bytes[at] ^= mask;
      SnapshotSink sink = other.beginRestore(source.header(), bytes.length);
      sink.write(0, ByteString.copyFrom(bytes));
      assertThat(sink.commit()).as("flip at %d", at).isFalse();
      bytes[at] ^= mask;
    }
    assertThat(StoreWorld.rows(other)).isEmpty();
    assertThat(world.disk().list("other")).isEmpty();
  }

  private static ByteBuffer flipped(ByteBuffer bytes, SplittableRandom random) {
    ByteBuffer copy = ByteBuffer.allocate(bytes.capacity()).put(0, bytes, 0, bytes.capacity());
    int at = random.nextInt(copy.capacity());
    return copy.put(at, (byte) (copy.get(at) ^ (1 << random.nextInt(8))));
  }
}
