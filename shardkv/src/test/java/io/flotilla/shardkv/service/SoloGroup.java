package io.flotilla.shardkv.service;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.raft.ApplyBatch;
import io.flotilla.raft.ChangeResult;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.ProposeResult;
import io.flotilla.raft.RaftGroup;
import io.flotilla.raft.ReadResult;
import io.flotilla.raft.TransferResult;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.KvCommandCodec;
import io.flotilla.shardkv.group.KvMachine;
import io.flotilla.shardkv.group.KvResult;
import io.flotilla.shardkv.group.MoveSizes;
import io.flotilla.shardkv.group.Stamp;
import io.flotilla.shardkv.store.MemoryCheckpoints;
import io.flotilla.shardkv.store.MemoryStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** A group of one replica whose consensus the test plays: what is proposed waits to be applied. */
public final class SoloGroup implements RaftGroup<KvResult> {
  private record Proposal(ByteString command, ProposeCallback<KvResult> callback) {}

  private final GroupId id;
  private final KvMachine machine;
  private final ArrayDeque<Proposal> proposed = new ArrayDeque<>();
  private final List<ReadCallback> reads = new ArrayList<>();
  private long index;
  public boolean isLeader = true;
  public boolean isBusy;
  public int proposals;

  public SoloGroup(int gid, EventLoop loop) {
    this(gid, loop, MoveSizes.DEFAULT);
  }

  public SoloGroup(int gid, EventLoop loop, MoveSizes sizes) {
    this.id = new GroupId(gid, 1);
    this.machine = new KvMachine(id, new MemoryStore(new MemoryCheckpoints(), loop, loop), sizes);
  }

  public OpenGroup open() {
    return new OpenGroup(this, machine);
  }

  public KvMachine machine() {
    return machine;
  }

  public Stamp stamp(long move, int shard, long epoch) {
    return new Stamp(move, shard, epoch, id);
  }

  /** Applies a command that somebody else proposed. */
  public KvResult apply(KvCommand command) {
    return apply(KvCommandCodec.encode(command));
  }

  /** Applies all that was proposed. */
  public void commit() {
    while (!proposed.isEmpty()) {
      Proposal next = proposed.remove();
      KvResult result = apply(next.command());
      next.callback().onResult(new ProposeResult.Applied<>(new LogPosition(1, index), result));
    }
  }

  /** Lets all waiting reads go on. */
  public void grantReads() {
    List<ReadCallback> granted = List.copyOf(reads);
    reads.clear();
    granted.forEach(read -> read.onResult(new ReadResult.Ready(new LogPosition(1, index))));
  }

  @Override
  public GroupId id() {
    return id;
  }

  @Override
  public void propose(ByteString command, ProposeCallback<KvResult> callback) {
    proposals++;
    if (!isLeader) {
      callback.onResult(new ProposeResult.NotLeader<>(0));
    } else if (isBusy) {
      callback.onResult(new ProposeResult.Busy<>());
    } else {
      proposed.add(new Proposal(command, callback));
    }
  }

  @Override
  public void readIndex(ReadCallback callback) {
    reads.add(callback);
  }

  @Override
  public void readAnywhere(ReadCallback callback) {
    reads.add(callback);
  }

  @Override
  public void changeMembers(Membership target, ChangeCallback callback) {
    callback.onResult(new ChangeResult.Busy("one replica, for ever"));
  }

  @Override
  public void transferLeader(int node, TransferCallback callback) {
    callback.onResult(new TransferResult.Busy("one replica, for ever"));
  }

  @Override
  public GroupStatus status() {
    LogPosition last = new LogPosition(1, index);
    return new GroupStatus(
        isLeader ? GroupStatus.Role.LEADER : GroupStatus.Role.FOLLOWER,
        1,
        isLeader ? 1 : 0,
        index,
        last,
        last,
        Membership.of(List.of(1)));
  }

  private KvResult apply(ByteString command) {
    index++;
    List<KvResult> results = new ArrayList<>();
    Entry entry = new Entry(1, index, Entry.Kind.COMMAND, command);
    machine.apply(
        new ApplyBatch<>(List.of(entry), entry.position(), (of, result) -> results.add(result)));
    return results.get(0);
  }
}
