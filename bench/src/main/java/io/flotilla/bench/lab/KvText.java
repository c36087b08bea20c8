package io.flotilla.bench.lab;

import com.google.protobuf.ByteString;
import io.flotilla.raft.ApplyBatch;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.KvCommandCodec;
import io.flotilla.shardkv.group.KvMachine;
import io.flotilla.shardkv.group.KvResult;
import io.flotilla.shardkv.group.MoveSizes;
import io.flotilla.shardkv.group.Stamp;
import io.flotilla.shardkv.store.MemoryCheckpoints;
import io.flotilla.shardkv.store.MemoryStore;
import io.flotilla.shardkv.store.Row;
import io.flotilla.shardkv.store.StoreDamage;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;

/** The product's own state machine of a data group, in memory, with one shard and one key. */
final class KvText implements LabMachine {
  static final int SHARD = 0;
  static final ByteString KEY = ByteString.copyFromUtf8("k");

  private static final GroupId GROUP = new GroupId(1, 1);

  private final KvMachine machine;

  KvText() {
    // Checkpoints are never made here, so its loops never run.
    Simulation idle = new Simulation(1);
    machine =
        new KvMachine(
            GROUP,
            new MemoryStore(
                new MemoryCheckpoints(), idle.node("S").loop("main"), idle.node("S").loop("file")),
            MoveSizes.DEFAULT);
  }

  /** What makes the group serve its shard. */
  static List<ByteString> serving() {
    Stamp first = new Stamp(1, SHARD, 1, GROUP);
    return List.of(
        KvCommandCodec.encode(new KvCommand.BeginImport(List.of(first), 0)),
        KvCommandCodec.encode(new KvCommand.Activate(List.of(first))));
  }

  @Override
  public String apply(Entry command) {
    List<KvResult> results = new ArrayList<>();
    machine.apply(
        new ApplyBatch<>(
            List.of(command), command.position(), (entry, result) -> results.add(result)));
    return results.get(0).toString();
  }

  @Override
  public String state() {
    try {
      return machine.get(SHARD, KEY).map(Row::value).map(ByteString::toStringUtf8).orElse("");
    } catch (StoreDamage damage) {
      throw new IllegalStateException(damage);
    }
  }
}
