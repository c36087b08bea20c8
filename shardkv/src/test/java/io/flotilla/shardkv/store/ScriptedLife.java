package io.flotilla.shardkv.store;

import static io.flotilla.shardkv.store.RowKind.DATA;
import static io.flotilla.shardkv.store.RowKind.SESSION;
import static io.flotilla.shardkv.store.StoreWorld.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.Meter;
import io.flotilla.shardkv.store.StoreWorld.Answer;
import io.flotilla.sim.SimCrash;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A life of a store in which everything happens once: checkpoints over several tables, one without
 * changes, a dropped namespace, a restore. Whatever interrupts it, what is found afterwards must be
 * one of its states, whole, and none older than the last it was told was durable.
 */
final class ScriptedLife {
  static final long TABLE_BYTES_MAX = 48 << 10;
  static final String PATH = "groups/7.1";

  private static final Namespace ONE = new Namespace(1, 1);
  private static final Namespace TWO = new Namespace(2, 1);

  final StoreWorld world;
  private final SplittableRandom random = new SplittableRandom(99);
  private final TreeMap<Long, TreeMap<RowKey, Row>> states = new TreeMap<>();
  private long durable;
  private long begun;

  ScriptedLife(StoreWorld world) {
    this.world = world;
    states.put(0L, new TreeMap<>());
  }

  static SortedFileStore open(StoreWorld world, String path) throws Exception {
    return SortedFileStore.open(
        world.disk(), path, world.loop, world.fileLoop, Meter.NONE, TABLE_BYTES_MAX);
  }

  /** Lives; ends early, and quietly, if the node dies. */
  void run() throws Exception {
    try {
      SortedFileStore store = open(world, PATH);
      fill(store, ONE, 60);
      fill(store, TWO, 20);
      if (!checkpoint(store, 1)) {
        return;
      }
      fill(store, ONE, 20);
      store.dropNamespace(TWO);
      if (!checkpoint(store, 2) || !checkpoint(store, 3) || !restore(store, 4)) {
        return;
      }
      fill(store, TWO, 10);
      if (checkpoint(store, 5)) {
        store.close();
        world.settle();
      }
    } catch (SimCrash e) {
      assertThat(world.node.isAlive()).isFalse();
    }
  }

  /** What {@code store} holds is one of the states it may hold. */
  void verify(KvStore store) throws StoreDamage {
    long index = store.recovered().position().index();
    assertThat(index).isBetween(durable, begun);
    assertThat(store.recoveredMeta()).isEqualTo(meta(index));
    assertThat(StoreWorld.rows(store).equals(states.get(index))).isTrue();
  }

  /** The files of the store. */
  List<String> files() {
    List<String> files = new ArrayList<>();
    for (String path : world.disk().files()) {
      if (path.startsWith(PATH + "/")) {
        files.add(path);
      }
    }
    return files;
  }

  private static ByteString meta(long index) {
    return index == 0 ? ByteString.EMPTY : bytes("meta " + index);
  }

  private void fill(KvStore store, Namespace namespace, int rows) {
    for (int i = 0; i < rows; i++) {
      byte[] value = new byte[random.nextInt(10) == 0 ? 9_000 : random.nextInt(3_000)];
      random.nextBytes(value);
      RowKind kind = random.nextInt(4) == 0 ? SESSION : DATA;
      ByteString key = bytes("key " + random.nextInt(100));
      if (random.nextInt(5) == 0) {
        store.remove(namespace, kind, key);
      } else {
        store.put(namespace, kind, key, Row.of(ByteString.copyFrom(value), random.nextLong()));
      }
    }
  }

  private boolean checkpoint(KvStore store, long index) throws StoreDamage {
    states.put(index, StoreWorld.rows(store));
    begun = index;
    Answer answer = new Answer();
    store.checkpoint(StoreWorld.header(index), meta(index), answer);
    world.settle();
    if (answer.isDurable) {
      durable = index;
    }
    return world.node.isAlive();
  }

  private boolean restore(KvStore store, long index) throws Exception {
    StoreWorld elsewhere = new StoreWorld(1);
    SortedFileStore leader = open(elsewhere, "leader");
    fill(leader, ONE, 50);
    fill(leader, TWO, 50);
    states.put(index, StoreWorld.rows(leader));
    Answer answer = new Answer();
    leader.checkpoint(StoreWorld.header(index), meta(index), answer);
    elsewhere.settle();
    begun = index;
    assertThat(StoreWorld.send(leader, store, 50_000)).isTrue();
    durable = index;
    store.restored();
    world.settle();
    return world.node.isAlive();
  }

  /** What is left of an interrupted life works: opens, is cleaned up, takes a checkpoint. */
  void goOn() throws Exception {
    SortedFileStore store = open(world, PATH);
    verify(store);
    store.put(ONE, DATA, bytes("after"), Row.of(bytes("after"), 1));
    states.put(6L, StoreWorld.rows(store));
    world.checkpoint(store, 6, "meta 6");
    begun = 6;
    durable = 6;
    store.close();
    world.settle();
    SortedFileStore again = open(world, PATH);
    verify(again);
    Optional<Row> row = again.get(ONE, DATA, bytes("after"));
    assertThat(row).contains(Row.of(bytes("after"), 1));
    long tables = files().stream().filter(file -> file.endsWith(".sdb")).count();
    long bytes = 0;
    for (String file : files()) {
      bytes += file.endsWith("MANIFEST") ? 0 : world.disk().length(file);
    }
    assertThat(tables).isBetween(1L, 12L);
    assertThat(again.stats().diskBytes()).isEqualTo(bytes);
  }
}
