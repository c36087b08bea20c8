package io.flotilla.shardkv.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.Meter;
import io.flotilla.raft.SnapshotSource;
import io.flotilla.shardkv.store.StoreWorld.Answer;
import io.flotilla.sim.IoKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A store against a sorted map: random changes while checkpoints run, fail for want of space or by
 * an error, and processes die.
 */
final class StoreModelTest {
  private static final int STEPS = 6_000;
  private static final int KEYS = 60;

  private final List<Namespace> namespaces =
      List.of(new Namespace(0, 1), new Namespace(0, 2), new Namespace(9, 0));
  private final TreeMap<Long, TreeMap<RowKey, Row>> begun = new TreeMap<>();
  private final List<SnapshotSource> pins = new ArrayList<>();
  private TreeMap<RowKey, Row> model = new TreeMap<>();
  private Optional<Answer> running = Optional.empty();
  private long index;
  private long durable;
  private int failures;
  private int reopens;
  private int successes;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void answersLikeASortedMap(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    StoreWorld world = new StoreWorld(seed);
    begun.put(0L, new TreeMap<>());
    SortedFileStore store = ScriptedLife.open(world, "s");
    for (int step = 0; step < STEPS; step++) {
      int dice = random.nextInt(1000);
      if (dice < 450) {
        change(store, random);
      } else if (dice < 900) {
        read(store, random);
      } else if (dice < 940) {
        scan(store, random);
      } else if (dice < 945) {
        drop(store, random);
      } else if (dice < 975) {
        begin(world, store, random);
      } else if (dice < 985) {
        pinOrUnpin(store, random);
      } else if (dice < 990) {
        store = reopen(world, store, random);
      } else {
        world.simulation.runFor(random.nextLong(3_000_000));
      }
      settled(world);
    }
    assertThat(successes).isGreaterThan(10);
    assertThat(failures).isGreaterThan(5);
    assertThat(reopens).isGreaterThan(10);
    assertThat(StoreWorld.rows(store).equals(model)).isTrue();
    assertThat(store.stats().rows()).isGreaterThanOrEqualTo(model.size());
  }

  private void change(KvStore store, SplittableRandom random) {
    RowKey key = key(random);
    if (random.nextInt(3) == 0) {
      store.remove(key.namespace(), key.kind(), key.key());
      model.remove(key);
      return;
    }
    byte[] value = new byte[random.nextInt(20) == 0 ? 8_000 : random.nextInt(2_000)];
    random.nextBytes(value);
    Row row =
        random.nextInt(6) == 0
            ? Row.tombstone(random.nextLong())
            : Row.of(ByteString.copyFrom(value), random.nextLong());
    store.put(key.namespace(), key.kind(), key.key(), row);
    model.put(key, row);
  }

  private void read(KvStore store, SplittableRandom random) throws StoreDamage {
    RowKey key = key(random);
    Optional<Row> found = store.get(key.namespace(), key.kind(), key.key());
    assertThat(found.equals(Optional.ofNullable(model.get(key)))).isTrue();
  }

  private void scan(KvStore store, SplittableRandom random) throws StoreDamage {
    RowKey from = key(random);
    RowCursor cursor = store.scan(from.namespace(), from.kind(), from.key());
    for (var expected : model.tailMap(from, true).entrySet()) {
      RowKey key = expected.getKey();
      if (!key.namespace().equals(from.namespace()) || key.kind() != from.kind()) {
        break;
      }
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.key()).isEqualTo(key.key());
      assertThat(cursor.row().equals(expected.getValue())).isTrue();
    }
    assertThat(cursor.next()).isFalse();
    assertThat(cursor.next()).isFalse();
  }

  private void drop(KvStore store, SplittableRandom random) {
    Namespace namespace = namespaces.get(random.nextInt(namespaces.size()));
    store.dropNamespace(namespace);
    model.keySet().removeIf(key -> key.namespace().equals(namespace));
    assertThat(store.namespaces()).doesNotContain(namespace);
  }

  private void begin(StoreWorld world, KvStore store, SplittableRandom random) {
    if (running.isPresent()) {
      return;
    }
    switch (random.nextInt(8)) {
      case 0 -> world.disk().capacity(world.disk().used() + random.nextInt(200_000));
      case 1 -> world.disk().fail(IoKind.SYNC, 1 + random.nextInt(4));
      case 2 -> world.disk().fail(IoKind.WRITE, 1 + random.nextInt(6));
      case 3 -> world.disk().fail(IoKind.NAME, 1 + random.nextInt(4));
      case 4 -> world.disk().fail(IoKind.DIR_SYNC, 1 + random.nextInt(2));
      default -> {}
    }
    index++;
    begun.put(index, new TreeMap<>(model));
    running = Optional.of(StoreWorld.begin(store, index, "meta " + index));
  }

  /** Takes note of how a checkpoint ended. */
  private void settled(StoreWorld world) {
    if (running.isEmpty() || !(running.get().isDurable || running.get().failure.isPresent())) {
      return;
    }
    if (running.get().isDurable) {
      successes++;
      durable = index;
    } else {
      failures++;
    }
    running = Optional.empty();
    world.disk().capacity(1L << 40);
    for (IoKind kind : IoKind.values()) {
      world.disk().fail(kind, 0);
    }
  }

  private void pinOrUnpin(KvStore store, SplittableRandom random) {
    if (pins.size() < 3) {
      pins.add(store.openSnapshot());
    } else {
      pins.remove(random.nextInt(pins.size())).close();
    }
  }

  private SortedFileStore reopen(StoreWorld world, SortedFileStore store, SplittableRandom random)
      throws Exception {
    reopens++;
    pins.clear();
    world.disk().capacity(1L << 40);
    for (IoKind kind : IoKind.values()) {
      world.disk().fail(kind, 0);
    }
    if (random.nextBoolean()) {
      world.node.crash(random.nextBoolean());
      world.restart();
    } else {
      store.close();
      world.settle();
    }
    running = Optional.empty();
    SortedFileStore next =
        SortedFileStore.open(
            world.disk(),
            "s",
            world.loop,
            world.fileLoop,
            Meter.NONE,
            ScriptedLife.TABLE_BYTES_MAX);
    long found = next.recovered().position().index();
    assertThat(found).isBetween(durable, index);
    assertThat(next.recoveredMeta().toStringUtf8()).isEqualTo(found == 0 ? "" : "meta " + found);
    durable = found;
    model = new TreeMap<>(begun.get(found));
    assertThat(StoreWorld.rows(next).equals(model)).isTrue();
    return next;
  }

  private RowKey key(SplittableRandom random) {
    Namespace namespace = namespaces.get(random.nextInt(namespaces.size()));
    RowKind kind = random.nextInt(3) == 0 ? RowKind.SESSION : RowKind.DATA;
    byte[] key = new byte[1 + random.nextInt(2)];
    key[0] = (byte) (random.nextInt(KEYS) * 4);
    return new RowKey(namespace, kind, ByteString.copyFrom(key));
  }
}
