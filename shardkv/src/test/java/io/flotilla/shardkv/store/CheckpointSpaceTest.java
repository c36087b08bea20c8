package io.flotilla.shardkv.store;

import static io.flotilla.shardkv.store.RowKind.DATA;
import static io.flotilla.shardkv.store.StoreWorld.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.SnapshotSink;
import io.flotilla.raft.SnapshotSource;
import io.flotilla.shardkv.store.StoreWorld.Answer;
import io.flotilla.sim.IoKind;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What checkpoints take from the disk, and that they give it back. */
final class CheckpointSpaceTest {
  private static final Namespace ONE = new Namespace(1, 1);
  private static final Namespace TWO = new Namespace(2, 1);
  private static final int ROWS = 400;

  private final StoreWorld world = new StoreWorld(11);
  private final SplittableRandom random = new SplittableRandom(4);
  private SortedFileStore store;

  @BeforeEach
  void open() throws Exception {
    store = ScriptedLife.open(world, "s");
  }

  private void fill(Namespace namespace) {
    for (int i = 0; i < ROWS; i++) {
      byte[] value = new byte[i % 100 == 0 ? 10_000 : 1_000];
      random.nextBytes(value);
      store.put(namespace, DATA, bytes("key" + i), Row.of(ByteString.copyFrom(value), i));
    }
  }

  private List<String> files() throws DiskException {
    return world.disk().list("s");
  }

  @Test
  void overwritingManyTimesTakesAtMostTwiceAndAHalf() {
    for (int round = 1; round <= 10; round++) {
      fill(ONE);
      world.checkpoint(store, round, "");
      assertThat(world.disk().used()).isLessThan(store.stats().liveBytes() * 5 / 2);
    }
  }

  @Test
  void droppingANamespaceGivesItsSpaceBackAtTheNextCheckpoint() throws Exception {
    fill(ONE);
    world.checkpoint(store, 1, "");
    long one = world.disk().used();
    fill(TWO);
    world.checkpoint(store, 2, "");
    assertThat(world.disk().used()).isGreaterThan(one * 3 / 2);
    store.dropNamespace(TWO);
    world.checkpoint(store, 3, "");
    assertThat(world.disk().used()).isLessThan(one * 11 / 10);
    store.dropNamespace(ONE);
    world.checkpoint(store, 4, "");
    assertThat(files()).containsExactly("MANIFEST");
    assertThat(store.stats().diskBytes()).isZero();
  }

  @Test
  void aFullDiskLeavesTheOldCheckpointAndNothingOfTheNew() throws Exception {
    fill(ONE);
    world.checkpoint(store, 1, "");
    List<String> before = files();
    long used = world.disk().used();
    fill(TWO);
    TreeMap<RowKey, Row> rows = StoreWorld.rows(store);
    for (long room = 0; room < used; room += used / 7) {
      world.disk().capacity(used + room);
      Answer answer = StoreWorld.begin(store, 2, "");
      store.put(TWO, DATA, bytes("meanwhile"), Row.tombstone(room));
      rows.put(new RowKey(TWO, DATA, bytes("meanwhile")), Row.tombstone(room));
      world.settle();
      assertThat(answer.failure).containsInstanceOf(DiskException.Full.class);
      assertThat(files()).isEqualTo(before);
      assertThat(world.disk().used()).isEqualTo(used);
      assertThat(StoreWorld.rows(store).equals(rows)).isTrue();
    }
    world.disk().capacity(1L << 40);
    world.checkpoint(store, 2, "");
    store.close();
    world.settle();
    assertThat(StoreWorld.rows(ScriptedLife.open(world, "s")).equals(rows)).isTrue();
  }

  @Test
  void afterAFailedRenameTheFilesOfBothStayAndTheNextCheckpointCleansUp() throws Exception {
    fill(ONE);
    world.checkpoint(store, 1, "");
    fill(ONE);
    Answer answer = StoreWorld.begin(store, 2, "");
    // The second sync of the directory is the one after the rename.
    world.disk().fail(IoKind.DIR_SYNC, 2);
    world.settle();
    assertThat(answer.failure).containsInstanceOf(DiskException.Broken.class);
    TreeMap<RowKey, Row> rows = StoreWorld.rows(store);
    world.node.crash(true);
    world.restart();
    SortedFileStore next = ScriptedLife.open(world, "s");
    assertThat(next.recovered().position().index()).isIn(1L, 2L);
    if (next.recovered().position().index() == 2) {
      assertThat(StoreWorld.rows(next).equals(rows)).isTrue();
    }
    long tables = files().stream().filter(name -> name.endsWith(".sdb")).count();
    assertThat(next.stats().rows()).isEqualTo(ROWS);
    assertThat(tables).isLessThan(12);
  }

  @Test
  void aDiskThatFailsEveryCommitIsNotFilledByWhatTheyLeaveBehind() throws Exception {
    fill(ONE);
    world.checkpoint(store, 1, "");
    long one = world.disk().used();
    for (int round = 2; round < 12; round++) {
      fill(ONE);
      Answer answer = StoreWorld.begin(store, round, "");
      // The last sync of the directory, after the rename; from the second round on one settles.
      world.disk().fail(IoKind.DIR_SYNC, round == 2 ? 2 : 3);
      world.settle();
      assertThat(answer.failure).isPresent();
      assertThat(world.disk().used()).isLessThan(one * 7 / 2);
    }
    TreeMap<RowKey, Row> rows = StoreWorld.rows(store);
    world.checkpoint(store, 12, "");
    assertThat(world.disk().used()).isLessThan(one * 11 / 10);
    store.close();
    world.settle();
    assertThat(StoreWorld.rows(ScriptedLife.open(world, "s")).equals(rows)).isTrue();
  }

  @Test
  void aRestoreThatCannotFitIsRefusedBeforeItTakesAnything() throws Exception {
    fill(ONE);
    world.checkpoint(store, 1, "");
    SortedFileStore other = ScriptedLife.open(world, "other");
    SnapshotSource source = store.openSnapshot();
    long used = world.disk().used();
    world.disk().capacity(used + source.length() - 1);
    SnapshotSink sink = other.beginRestore(source.header(), source.length());
    assertThatThrownBy(() -> sink.write(0, source.read(0, 64 << 10)))
        .isInstanceOf(DiskException.Full.class);
    sink.abort();
    assertThat(world.disk().used()).isEqualTo(used);
  }

  @Test
  void pinnedFilesStayUntilTheLastPinIsGone() throws Exception {
    fill(ONE);
    world.checkpoint(store, 1, "");
    List<String> pinned = files().stream().filter(name -> !name.equals("MANIFEST")).toList();
    SnapshotSource first = store.openSnapshot();
    SnapshotSource second = store.openSnapshot();
    fill(ONE);
    world.checkpoint(store, 2, "");
    assertThat(files()).containsAll(pinned);
    first.close();
    world.settle();
    assertThat(files()).containsAll(pinned);
    second.close();
    world.settle();
    assertThat(files()).doesNotContainAnyElementsOf(pinned);
    assertThat(store.stats().diskBytes()).isLessThan(store.stats().liveBytes() * 2);
  }

  @Test
  void anAbortedOrFailedRestoreLeavesNothing() throws Exception {
    fill(ONE);
    world.checkpoint(store, 1, "");
    SortedFileStore other = ScriptedLife.open(world, "other");
    SnapshotSource source = store.openSnapshot();
    ByteString half = ByteString.EMPTY;
    while (half.size() < source.length() / 2) {
      half = half.concat(source.read(half.size(), 64 << 10));
    }
    SnapshotSink sink = other.beginRestore(source.header(), source.length());
    sink.write(0, half);
    assertThat(world.disk().list("other")).isNotEmpty();
    sink.abort();
    assertThat(world.disk().list("other")).isEmpty();
    assertThat(StoreWorld.send(store, other, 64 << 10)).isTrue();
    other.restored();
    assertThat(StoreWorld.rows(other).equals(StoreWorld.rows(store))).isTrue();
  }

  @Test
  void theSameSeedGivesTheSameFilesAndTheSameRun() throws Exception {
    long[] hashes = new long[2];
    long[] digests = new long[2];
    for (int run = 0; run < 2; run++) {
      StoreWorld twin = new StoreWorld(77);
      new ScriptedLife(twin).run();
      hashes[run] = twin.simulation.trace().hash();
      digests[run] = twin.disk().digest();
    }
    assertThat(hashes[0]).isEqualTo(hashes[1]);
    assertThat(digests[0]).isEqualTo(digests[1]);
  }
}
