package io.flotilla.shardkv.node;

import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcServer;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.internal.v1.ReplicaStatus;
import io.flotilla.internal.v1.ReplicasResponse;
import io.flotilla.raft.GroupStatus;
import io.flotilla.shardkv.group.KvMachine;
import io.flotilla.shardkv.service.OpenGroup;
import io.flotilla.shardkv.service.Operations;

/** Tells how the replicas of this node stand. */
final class ReplicaService {
  private final EventLoop loop;
  private final Operations operations;

  ReplicaService(EventLoop loop, Operations operations) {
    this.loop = loop;
    this.operations = operations;
  }

  void bind(RpcServer server) {
    server.bind(
        "flotilla.internal.v1.Node/Replicas", (call, reply) -> loop.execute(() -> answer(reply)));
  }

  private void answer(RpcReply reply) {
    ReplicasResponse.Builder response = ReplicasResponse.newBuilder();
    for (OpenGroup group : operations.groups()) {
      response.addReplicas(status(group));
    }
    reply.answer(response.build().toByteString());
  }

  private static ReplicaStatus status(OpenGroup group) {
    GroupStatus raft = group.raft().status();
    KvMachine machine = group.machine();
    ReplicaStatus.Builder status =
        ReplicaStatus.newBuilder()
            .setGid(group.raft().id().gid())
            .setIncarnation(group.raft().id().incarnation())
            .setLeader(raft.isLeader())
            .setLeaderNode(raft.leader())
            .setTerm(raft.term())
            .setCommitIndex(raft.commitIndex())
            .setAppliedIndex(raft.applied().index())
            .setLiveBytes(machine.stats().liveBytes())
            .setRows(machine.stats().rows());
    for (int shard = 0; shard < machine.shardBound(); shard++) {
      if (machine.shard(shard).phase().serves()) {
        status.addServing(shard);
      }
    }
    return status.build();
  }
}
