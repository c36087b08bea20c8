package io.flotilla.bench.jmh;

import com.google.protobuf.ByteString;
import io.flotilla.base.Meter;
import io.flotilla.base.check.Check;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.FileDisk;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.StateMachine;
import io.flotilla.shardkv.store.Namespace;
import io.flotilla.shardkv.store.Row;
import io.flotilla.shardkv.store.RowKind;
import io.flotilla.shardkv.store.SortedFileStore;
import io.flotilla.shardkv.store.StoreDamage;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Point reads of a store with 100,000 rows: still in memory, and from its sorted file. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class StoreBenchmark {
  private static final Namespace FILED = new Namespace(1, 1);
  private static final Namespace FRESH = new Namespace(2, 1);

  private final List<ByteString> keys = Payloads.keys();
  private final SplittableRandom random = new SplittableRandom(7);
  private final Scratch scratch = new Scratch();
  private final SortedFileStore store = Scratch.made(this::open);

  private SortedFileStore open() throws Exception {
    InlineLoop loop = new InlineLoop();
    return SortedFileStore.open(
        FileDisk.open(scratch.directory()), "group", loop, loop, Meter.NONE);
  }

  /** Fills one namespace and checkpoints it, then another. */
  @Setup
  public void fill() {
    put(FILED);
    store.checkpoint(
        new SnapshotHeader(new LogPosition(1, 1), Membership.of(List.of(1))),
        ByteString.EMPTY,
        new StateMachine.CheckpointDone() {
          @Override
          public void durable() {}

          @Override
          public void failed(DiskException failure) {
            Scratch.BROKEN.accept(failure);
          }
        });
    put(FRESH);
    Check.that(store.stats().rows() == 2L * Payloads.KEYS, "%d rows", store.stats().rows());
  }

  /** Takes its files away. */
  @TearDown
  public void close() {
    store.close();
    scratch.delete();
  }

  @Benchmark
  public Optional<Row> getFromFile() throws StoreDamage {
    return store.get(FILED, RowKind.DATA, key());
  }

  @Benchmark
  public Optional<Row> getFromMemory() throws StoreDamage {
    return store.get(FRESH, RowKind.DATA, key());
  }

  private void put(Namespace namespace) {
    for (int i = 0; i < Payloads.KEYS; i++) {
      store.put(namespace, RowKind.DATA, keys.get(i), Row.of(Payloads.value(i), i + 1));
    }
  }

  private ByteString key() {
    return keys.get(random.nextInt(Payloads.KEYS));
  }
}
