package io.flotilla.bench.jmh;

import com.google.protobuf.ByteString;
import io.flotilla.base.Meter;
import io.flotilla.base.runtime.FileDisk;
import io.flotilla.raft.ApplyBatch;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.shardkv.group.Change;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.KvCommandCodec;
import io.flotilla.shardkv.group.KvMachine;
import io.flotilla.shardkv.group.MoveSizes;
import io.flotilla.shardkv.group.OpId;
import io.flotilla.shardkv.group.Stamp;
import io.flotilla.shardkv.store.SortedFileStore;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Puts of one session applied to the state machine of a group; encoding each command is included,
 * as no command may come twice.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class MachineBenchmark {
  private static final GroupId GROUP = new GroupId(1, 1);
  private static final int SHARD = 17;
  private static final long SESSION = 1L << OpId.OFFSET_BITS;

  /** Operations the session has under way in the shard, whose answers are all kept. */
  @Param({"1", "64"})
  public int outstanding;

  private final List<ByteString> keys = Payloads.keys();
  private final List<ByteString> values = Payloads.values();
  private final SplittableRandom random = new SplittableRandom(7);
  private final Scratch scratch = new Scratch();
  private final KvMachine machine = Scratch.made(this::open);
  private long lastIndex;
  private long answers;

  private KvMachine open() throws Exception {
    InlineLoop loop = new InlineLoop();
    return new KvMachine(
        GROUP,
        SortedFileStore.open(FileDisk.open(scratch.directory()), "group", loop, loop, Meter.NONE),
        MoveSizes.DEFAULT);
  }

  /** Makes the group serve one shard. */
  @Setup
  public void serve() {
    List<Stamp> stamps = List.of(new Stamp(1, SHARD, 1, GROUP));
    apply(List.of(new KvCommand.BeginImport(stamps, 0), new KvCommand.Activate(stamps)));
  }

  /** Takes its files away. */
  @TearDown
  public void close() {
    machine.close();
    scratch.delete();
  }

  @Benchmark
  @OperationsPerInvocation(Payloads.BATCH)
  public long encodeAndApplyPuts() {
    List<KvCommand> puts = new ArrayList<>(Payloads.BATCH);
    for (ByteString value : values) {
      long seq = lastIndex + puts.size();
      ByteString key = keys.get(random.nextInt(Payloads.KEYS));
      OpId id = new OpId(SESSION, seq, Math.max(1, seq - outstanding + 1));
      puts.add(new KvCommand.Mutate(SHARD, id, key, new Change.Put(value)));
    }
    apply(puts);
    return answers;
  }

  private void apply(List<KvCommand> commands) {
    List<Entry> entries = new ArrayList<>(commands.size());
    for (KvCommand command : commands) {
      entries.add(new Entry(1, ++lastIndex, Entry.Kind.COMMAND, KvCommandCodec.encode(command)));
    }
    machine.apply(
        new ApplyBatch<>(
            entries, entries.get(entries.size() - 1).position(), (command, result) -> answers++));
  }
}
