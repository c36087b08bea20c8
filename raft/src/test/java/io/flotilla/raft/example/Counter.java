package io.flotilla.raft.example;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.ApplyBatch;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.Membership;
import io.flotilla.raft.RaftGroup;
import io.flotilla.raft.host.GroupListener;
import io.flotilla.raft.host.GroupSpec;
import io.flotilla.raft.host.NodeAccess;
import io.flotilla.raft.host.NodeRole;
import io.flotilla.raft.host.StartFailure;
import io.flotilla.raft.snapshot.BlobStateMachine;
import io.flotilla.raft.snapshot.SnapshotLoops;
import java.util.Optional;

/**
 * A replicated counter: everything a user of raft has to write. A command is a number in text; it
 * is added, and the answer is the sum.
 */
final class Counter implements BlobStateMachine.State<Long>, NodeRole {
  private static final GroupId GROUP = new GroupId(1, 1);

  private long sum;
  private Optional<RaftGroup<Long>> group = Optional.empty();

  // The state machine: deterministic, in memory, written out as one blob.

  @Override
  public void apply(ApplyBatch<Long> batch) {
    for (Entry command : batch.commands()) {
      sum += Long.parseLong(command.data().toStringUtf8());
      batch.answers().answer(command, sum);
    }
  }

  @Override
  public ByteString encode() {
    return ByteString.copyFromUtf8(Long.toString(sum));
  }

  @Override
  public void decode(ByteString bytes) {
    sum = Long.parseLong(bytes.toStringUtf8());
  }

  // The role: opens the group when its node starts.

  @Override
  public void start(NodeAccess node) throws StartFailure {
    Membership voters =
        Membership.of(node.identity().controllers().stream().map(each -> each.node()).toList());
    SnapshotLoops loops = new SnapshotLoops(node.seams().loop(), node.seams().fileLoop());
    try {
      BlobStateMachine<Long> machine =
          BlobStateMachine.open(this, node.seams().disk(), "groups/counter", loops);
      group =
          Optional.of(node.host().open(new GroupSpec(GROUP, voters), machine, GroupListener.NONE));
    } catch (DiskException failure) {
      throw new StartFailure(failure.getMessage());
    }
  }

  @Override
  public void stop() {}

  // The service: what a client would call, on the node's loop.

  boolean leads() {
    return group.isPresent() && group.get().status().isLeader();
  }

  void add(long number, RaftGroup.ProposeCallback<Long> callback) {
    group.orElseThrow().propose(ByteString.copyFromUtf8(Long.toString(number)), callback);
  }

  /** Linearizable: {@code callback} may read {@link #sum} in the step in which it is called. */
  void read(RaftGroup.ReadCallback callback) {
    group.orElseThrow().readIndex(callback);
  }

  long sum() {
    return sum;
  }
}
