package io.flotilla.shardkv.store;

import static io.flotilla.shardkv.store.RowKind.DATA;
import static io.flotilla.shardkv.store.RowKind.SESSION;
import static io.flotilla.shardkv.store.StoreWorld.begin;
import static io.flotilla.shardkv.store.StoreWorld.bytes;
import static io.flotilla.shardkv.store.StoreWorld.header;
import static io.flotilla.shardkv.store.StoreWorld.rows;
import static io.flotilla.shardkv.store.StoreWorld.send;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSink;
import io.flotilla.raft.SnapshotSource;
import io.flotilla.shardkv.store.StoreWorld.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link KvStore} does. */
abstract class KvStoreContract {
  static final Namespace ONE = new Namespace(1, 5);
  static final Namespace TWO = new Namespace(2, 5);

  final StoreWorld world = new StoreWorld(1);
  KvStore store;

  /** Opens the store called {@code name} from its newest checkpoint. */
  abstract KvStore open(String name) throws Exception;

  @BeforeEach
  void openEmpty() throws Exception {
    store = open("one");
  }

  void reopen() throws Exception {
    store.close();
    world.settle();
    store = open("one");
  }

  void put(Namespace namespace, String key, String value) {
    store.put(namespace, DATA, bytes(key), Row.of(bytes(value), 7));
  }

  String get(Namespace namespace, String key) throws StoreDamage {
    return store
        .get(namespace, DATA, bytes(key))
        .map(row -> row.value().toStringUtf8())
        .orElse("-");
  }

  List<String> scan(Namespace namespace, String from) throws StoreDamage {
    List<String> found = new ArrayList<>();
    RowCursor cursor = store.scan(namespace, DATA, bytes(from));
    while (cursor.next()) {
      found.add(cursor.key().toStringUtf8() + "=" + cursor.row().value().toStringUtf8());
    }
    return found;
  }

  @Test
  void aNewStoreHoldsNothing() throws Exception {
    assertThat(store.recovered()).isEqualTo(SnapshotHeader.NONE);
    assertThat(store.recoveredMeta()).isEqualTo(ByteString.EMPTY);
    assertThat(store.namespaces()).isEmpty();
    assertThat(get(ONE, "a")).isEqualTo("-");
    assertThat(scan(ONE, "")).isEmpty();
    assertThat(store.stats().rows()).isZero();
  }

  @Test
  void whatIsPutIsReadAndWhatIsRemovedIsNot() throws Exception {
    put(ONE, "a", "1");
    put(ONE, "a", "2");
    put(ONE, "b", "3");
    store.remove(ONE, DATA, bytes("b"));
    store.remove(ONE, DATA, bytes("never"));
    assertThat(get(ONE, "a")).isEqualTo("2");
    assertThat(get(ONE, "b")).isEqualTo("-");
    assertThat(scan(ONE, "")).containsExactly("a=2");
  }

  @Test
  void namespacesAndKindsAreApart() throws Exception {
    Namespace older = new Namespace(1, -5);
    put(ONE, "a", "1");
    put(TWO, "a", "2");
    put(older, "a", "3");
    store.put(ONE, SESSION, bytes("a"), Row.of(bytes("4"), 1));
    for (int life = 0; life < 2; life++) {
      assertThat(get(ONE, "a")).isEqualTo("1");
      assertThat(get(TWO, "a")).isEqualTo("2");
      assertThat(get(older, "a")).isEqualTo("3");
      assertThat(store.get(ONE, SESSION, bytes("a"))).contains(Row.of(bytes("4"), 1));
      assertThat(store.get(TWO, SESSION, bytes("a"))).isEmpty();
      assertThat(store.namespaces()).containsExactly(older, ONE, TWO);
      assertThat(scan(ONE, "")).containsExactly("a=1");
      world.checkpoint(store, 1, "");
      reopen();
    }
  }

  @Test
  void aTombstoneIsARow() throws Exception {
    store.put(ONE, DATA, bytes("a"), Row.tombstone(9));
    world.checkpoint(store, 1, "");
    reopen();
    assertThat(store.get(ONE, DATA, bytes("a"))).contains(Row.tombstone(9));
    store.remove(ONE, DATA, bytes("a"));
    assertThat(store.get(ONE, DATA, bytes("a"))).isEmpty();
  }

  @Test
  void aScanGoesInUnsignedOrderFromAKeyOn() throws Exception {
    List<ByteString> keys = new ArrayList<>();
    for (int first : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
      keys.add(ByteString.copyFrom(new byte[] {(byte) first}));
      keys.add(ByteString.copyFrom(new byte[] {(byte) first, 0}));
      keys.add(ByteString.copyFrom(new byte[] {(byte) first, (byte) 0xff}));
    }
    // Odd ones in the checkpoint, even ones in memory: the order must hold across both.
    for (int half = 1; half >= 0; half--) {
      for (int i = keys.size() - 1; i >= 0; i--) {
        if (i % 2 == half) {
          store.put(ONE, DATA, keys.get(i), Row.of(bytes("" + i), i));
        }
      }
      if (half == 1) {
        world.checkpoint(store, 1, "");
      }
    }
    for (int from = 0; from < keys.size(); from++) {
      List<ByteString> found = new ArrayList<>();
      RowCursor cursor = store.scan(ONE, DATA, keys.get(from));
      while (cursor.next()) {
        found.add(cursor.key());
      }
      assertThat(found).isEqualTo(keys.subList(from, keys.size()));
    }
  }

  @Test
  void aScanSeesChangesOverACheckpoint() throws Exception {
    put(ONE, "a", "1");
    put(ONE, "b", "1");
    put(ONE, "c", "1");
    world.checkpoint(store, 1, "");
    put(ONE, "b", "2");
    store.remove(ONE, DATA, bytes("a"));
    put(ONE, "d", "2");
    assertThat(scan(ONE, "")).containsExactly("b=2", "c=1", "d=2");
    put(ONE, "a", "3");
    assertThat(scan(ONE, "")).containsExactly("a=3", "b=2", "c=1", "d=2");
  }

  @Test
  void theLargestKeysAndValuesAreKept() throws Exception {
    TreeMap<RowKey, Row> expected = new TreeMap<>();
    Random random = new Random(3);
    for (int size : new int[] {0, 1, 3071, 3072, 3073, 65_536, KvStore.VALUE_BYTES_MAX}) {
      for (int i = 0; i < 9; i++) {
        byte[] key = new byte[KvStore.KEY_BYTES_MAX];
        byte[] value = new byte[size];
        random.nextBytes(key);
        random.nextBytes(value);
        Row row = Row.of(ByteString.copyFrom(value), random.nextLong());
        store.put(ONE, DATA, ByteString.copyFrom(key), row);
        expected.put(new RowKey(ONE, DATA, ByteString.copyFrom(key)), row);
      }
    }
    store.put(ONE, DATA, ByteString.EMPTY, Row.of(bytes("empty key"), 0));
    expected.put(new RowKey(ONE, DATA, ByteString.EMPTY), Row.of(bytes("empty key"), 0));
    world.checkpoint(store, 1, "");
    reopen();
    assertThat(rows(store).equals(expected)).isTrue();
    for (RowKey key : expected.keySet()) {
      assertThat(store.get(ONE, DATA, key.key()).orElseThrow().equals(expected.get(key))).isTrue();
    }
  }

  @Test
  void aDroppedNamespaceIsGoneAndCanBeFilledAnew() throws Exception {
    put(ONE, "a", "1");
    put(TWO, "a", "1");
    world.checkpoint(store, 1, "");
    put(ONE, "b", "1");
    store.dropNamespace(ONE);
    assertThat(store.namespaces()).containsExactly(TWO);
    assertThat(get(ONE, "a")).isEqualTo("-");
    assertThat(scan(ONE, "")).isEmpty();
    put(ONE, "c", "2");
    assertThat(scan(ONE, "")).containsExactly("c=2");
    world.checkpoint(store, 2, "");
    reopen();
    assertThat(scan(ONE, "")).containsExactly("c=2");
    assertThat(scan(TWO, "")).containsExactly("a=1");
    store.dropNamespace(ONE);
    world.checkpoint(store, 3, "");
    reopen();
    assertThat(store.namespaces()).containsExactly(TWO);
  }

  @Test
  void aCheckpointIsWhatTheNextLifeOpens() throws Exception {
    put(ONE, "a", "1");
    world.checkpoint(store, 41, "meta");
    put(ONE, "a", "lost with the process");
    reopen();
    assertThat(store.recovered()).isEqualTo(header(41));
    assertThat(store.recoveredMeta()).isEqualTo(bytes("meta"));
    assertThat(get(ONE, "a")).isEqualTo("1");
  }

  @Test
  void aCheckpointWithoutChangesMovesItsPosition() throws Exception {
    put(ONE, "a", "1");
    world.checkpoint(store, 1, "x");
    world.checkpoint(store, 2, "y");
    reopen();
    assertThat(store.recovered()).isEqualTo(header(2));
    assertThat(store.recoveredMeta()).isEqualTo(bytes("y"));
    assertThat(get(ONE, "a")).isEqualTo("1");
    world.checkpoint(store, 3, "z");
    put(ONE, "b", "2");
    world.checkpoint(store, 4, "z");
    reopen();
    assertThat(scan(ONE, "")).containsExactly("a=1", "b=2");
  }

  @Test
  void changesDuringACheckpointAreReadAtOnceAndAreNotInIt() throws Exception {
    put(ONE, "a", "1");
    put(ONE, "b", "1");
    put(TWO, "a", "1");
    world.checkpoint(store, 1, "before");
    put(ONE, "a", "2");
    Answer answer = begin(store, 2, "frozen");
    put(ONE, "a", "3");
    store.remove(ONE, DATA, bytes("b"));
    put(ONE, "c", "3");
    store.dropNamespace(TWO);
    assertThat(scan(ONE, "")).containsExactly("a=3", "c=3");
    assertThat(store.namespaces()).containsExactly(ONE);
    world.settle();
    assertThat(answer.isDurable).isTrue();
    assertThat(scan(ONE, "")).containsExactly("a=3", "c=3");
    assertThat(get(ONE, "b")).isEqualTo("-");
    assertThat(get(TWO, "a")).isEqualTo("-");
    reopen();
    assertThat(store.recoveredMeta()).isEqualTo(bytes("frozen"));
    assertThat(scan(ONE, "")).containsExactly("a=2", "b=1");
    assertThat(scan(TWO, "")).containsExactly("a=1");
  }

  @Test
  void aSnapshotCarriesTheCheckpointToAnotherStore() throws Exception {
    Random random = new Random(8);
    for (int i = 0; i < 500; i++) {
      byte[] value = new byte[i % 50 == 0 ? 20_000 : 100];
      random.nextBytes(value);
      store.put(ONE, DATA, bytes("key" + i), Row.of(ByteString.copyFrom(value), i));
      store.put(TWO, SESSION, bytes("session" + i), Row.tombstone(i));
    }
    TreeMap<RowKey, Row> expected = rows(store);
    world.checkpoint(store, 9, "meta");
    put(ONE, "later", "not in it");
    KvStore other = open("two");
    other.put(ONE, DATA, bytes("old"), Row.of(bytes("old"), 1));
    assertThat(send(store, other, 1000)).isTrue();
    assertThat(other.get(ONE, DATA, bytes("old"))).isPresent();
    other.restored();
    assertThat(other.recovered()).isEqualTo(header(9));
    assertThat(other.recoveredMeta()).isEqualTo(bytes("meta"));
    assertThat(rows(other).equals(expected)).isTrue();
    other.put(ONE, DATA, bytes("next"), Row.of(bytes("next"), 1));
    world.checkpoint(other, 10, "");
    other.close();
    world.settle();
    other = open("two");
    assertThat(other.recovered()).isEqualTo(header(10));
    assertThat(rows(other)).hasSize(expected.size() + 1);
  }

  @Test
  void aPinnedSnapshotOutlivesTheCheckpointsAfterIt() throws Exception {
    put(ONE, "a", "1");
    world.checkpoint(store, 1, "");
    SnapshotSource source = store.openSnapshot();
    ByteString first = source.read(0, 10);
    for (int i = 2; i < 5; i++) {
      put(ONE, "a", "" + i);
      world.checkpoint(store, i, "");
    }
    assertThat(source.header()).isEqualTo(header(1));
    KvStore other = open("two");
    SnapshotSink sink = other.beginRestore(source.header(), source.length());
    sink.write(0, first);
    for (long offset = 10; offset < source.length(); ) {
      ByteString piece = source.read(offset, 1 << 16);
      sink.write(offset, piece);
      offset += piece.size();
    }
    source.close();
    source.close();
    world.settle();
    assertThat(sink.commit()).isTrue();
    other.restored();
    assertThat(other.get(ONE, DATA, bytes("a"))).contains(Row.of(bytes("1"), 7));
    assertThat(get(ONE, "a")).isEqualTo("4");
  }

  @Test
  void bytesThatAreNotACheckpointChangeNothing() throws Exception {
    put(ONE, "a", "1");
    world.checkpoint(store, 1, "");
    KvStore other = open("two");
    SnapshotSource source = store.openSnapshot();
    ByteString whole = ByteString.EMPTY;
    while (whole.size() < source.length()) {
      whole = whole.concat(source.read(whole.size(), 1 << 20));
    }
    SnapshotSink wrongHeader = other.beginRestore(header(2), whole.size());
    wrongHeader.write(0, whole);
    assertThat(wrongHeader.commit()).isFalse();
    SnapshotSink tooShort = other.beginRestore(header(1), whole.size());
    tooShort.write(0, whole.substring(0, whole.size() - 1));
    assertThat(tooShort.commit()).isFalse();
    SnapshotSink tooLong = other.beginRestore(header(1), whole.size());
    tooLong.write(0, whole.concat(bytes("x")));
    assertThat(tooLong.commit()).isFalse();
    SnapshotSink noise = other.beginRestore(header(1), 100);
    noise.write(0, ByteString.copyFrom(new byte[100]));
    assertThat(noise.commit()).isFalse();
    SnapshotSink aborted = other.beginRestore(header(1), whole.size());
    aborted.write(0, whole);
    aborted.abort();
    assertThat(rows(other)).isEmpty();
    other.close();
    world.settle();
    assertThat(open("two").recovered()).isEqualTo(SnapshotHeader.NONE);
  }

  @Test
  void aCheckpointBegunBeforeARestoreNeverReplacesIt() throws Exception {
    put(ONE, "a", "restored");
    world.checkpoint(store, 9, "");
    KvStore other = open("two");
    other.put(ONE, DATA, bytes("a"), Row.of(bytes("own"), 1));
    Answer answer = begin(other, 3, "");
    assertThat(send(store, other, 1 << 20)).isTrue();
    other.restored();
    world.settle();
    assertThat(answer.isDurable).isFalse();
    assertThat(answer.failure).isPresent();
    assertThat(rows(other)).hasSize(1).containsValue(Row.of(bytes("restored"), 7));
    world.checkpoint(other, 10, "");
    other.close();
    world.settle();
    other = open("two");
    assertThat(other.recovered()).isEqualTo(header(10));
    assertThat(rows(other)).hasSize(1).containsValue(Row.of(bytes("restored"), 7));
  }

  @Test
  void statsAreExactAfterACheckpoint() {
    put(ONE, "abc", "12345");
    put(TWO, "abc", "12345");
    put(TWO, "abc", "123");
    world.checkpoint(store, 1, "");
    assertThat(store.stats().rows()).isEqualTo(2);
    assertThat(store.stats().liveBytes()).isEqualTo(3 + 5 + 3 + 3);
    store.dropNamespace(ONE);
    assertThat(store.stats().rows()).isEqualTo(1);
    assertThat(store.stats().liveBytes()).isEqualTo(6);
  }
}
