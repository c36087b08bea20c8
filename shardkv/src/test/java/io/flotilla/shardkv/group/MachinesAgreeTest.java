package io.flotilla.shardkv.group;

import static io.flotilla.shardkv.group.TestGroup.EARLY;
import static io.flotilla.shardkv.group.TestGroup.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.Meter;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.FileDisk;
import io.flotilla.raft.ApplyBatch;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.StateMachine;
import io.flotilla.shardkv.store.KvStore;
import io.flotilla.shardkv.store.MemoryCheckpoints;
import io.flotilla.shardkv.store.MemoryStore;
import io.flotilla.shardkv.store.SortedFileStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two replicas of one group, one that restarts from checkpoints in real files and one that never
 * does, apply the same commands.
 */
class MachinesAgreeTest {
  private static final GroupId GROUP = new GroupId(1, 1);
  private static final int SHARDS = 3;

  @TempDir Path directory;

  private final QueueLoop loop = new QueueLoop();
  private final long[] epochs = new long[SHARDS];
  private long moves;

  @Test
  void replicasAgreeWhateverTheyAreGivenAndHoweverTheyRestart() throws Exception {
    SplittableRandom random = new SplittableRandom(11);
    KvMachine steady =
        new KvMachine(
            GROUP, new MemoryStore(new MemoryCheckpoints(), loop, loop), MoveSizes.DEFAULT);
    KvMachine restarting = new KvMachine(GROUP, files(), MoveSizes.DEFAULT);
    List<Entry> sinceCheckpoint = new ArrayList<>();
    int effects = 0;
    for (int index = 1; index <= 20_000; index++) {
      KvCommand command = any(random);
      Entry entry = new Entry(1, index, Entry.Kind.COMMAND, KvCommandCodec.encode(command));
      sinceCheckpoint.add(entry);
      List<KvResult> results = apply(steady, List.of(entry));
      assertThat(apply(restarting, List.of(entry))).isEqualTo(results);
      effects += results.get(0) instanceof KvResult.Answered ? 1 : 0;
      assertThat(restarting.chain()).isEqualTo(steady.chain());
      if (random.nextInt(500) == 0) {
        checkpoint(restarting);
        sinceCheckpoint.clear();
      } else if (random.nextInt(500) == 0) {
        restarting.close();
        restarting = new KvMachine(GROUP, files(), MoveSizes.DEFAULT);
        if (!sinceCheckpoint.isEmpty()) {
          apply(restarting, sinceCheckpoint);
        }
        assertThat(restarting.chain()).isEqualTo(steady.chain());
      }
    }
    assertThat(effects).isGreaterThan(2_000);
    ScanPage rows = steady.scan(List.of(0, 1, 2), bytes(""), bytes(""), 10_000);
    assertThat(restarting.scan(List.of(0, 1, 2), bytes(""), bytes(""), 10_000)).isEqualTo(rows);
    restarting.close();
  }

  private KvStore files() throws Exception {
    return SortedFileStore.open(FileDisk.open(directory), "g", loop, loop, Meter.NONE);
  }

  private KvCommand any(SplittableRandom random) {
    int shard = random.nextInt(SHARDS);
    if (random.nextInt(20) != 0) {
      long session = random.nextInt(8) == 0 ? 0 : EARLY + random.nextInt(20);
      long seq = 1 + random.nextInt(50);
      OpId id = session == 0 ? OpId.NONE : new OpId(session, seq, Math.max(1, seq - 10));
      return new KvCommand.Mutate(shard, id, bytes("k" + random.nextInt(60)), change(random));
    }
    Stamp stamp = new Stamp(moves, shard, epochs[shard], GROUP);
    return switch (random.nextInt(8)) {
      case 0 -> new KvCommand.BeginImport(List.of(next(shard)), 0);
      case 1, 2 -> new KvCommand.Activate(List.of(stamp));
      case 3 -> new KvCommand.BeginExport(next(shard), 2, 1);
      case 4 -> new KvCommand.Freeze(stamp);
      case 5 -> new KvCommand.Release(stamp, 2);
      case 6 -> new KvCommand.End(new Stamp(moves, shard, ++epochs[shard], GROUP));
      default -> new KvCommand.ExpireBefore(random.nextInt(40) == 0 ? 1 : 0);
    };
  }

  private Stamp next(int shard) {
    return new Stamp(++moves, shard, ++epochs[shard], GROUP);
  }

  private static Change change(SplittableRandom random) {
    var value = bytes("v" + random.nextInt(5));
    return switch (random.nextInt(5)) {
      case 0 -> new Change.Put(value);
      case 1 -> new Change.Append(value);
      case 2 -> new Change.Delete();
      case 3 -> new Change.CompareAndSet(Optional.of(bytes("v" + random.nextInt(5))), value);
      default -> new Change.PutIfVersion(random.nextInt(3), value);
    };
  }

  private static List<KvResult> apply(KvMachine machine, List<Entry> entries) {
    List<KvResult> results = new ArrayList<>();
    LogPosition last = entries.get(entries.size() - 1).position();
    machine.apply(new ApplyBatch<>(entries, last, (entry, result) -> results.add(result)));
    return results;
  }

  private void checkpoint(KvMachine machine) {
    SnapshotHeader header = new SnapshotHeader(machine.applied(), Membership.of(List.of(1)));
    machine.checkpoint(
        header,
        new StateMachine.CheckpointDone() {
          @Override
          public void durable() {}

          @Override
          public void failed(DiskException failure) {
            throw new AssertionError(failure);
          }
        });
    loop.run();
  }
}
