package io.flotilla.shardctrler.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.internal.v1.Applied;
import io.flotilla.internal.v1.GroupCommandRequest;
import io.flotilla.internal.v1.GroupCommandResponse;
import io.flotilla.internal.v1.MoveReport;
import io.flotilla.internal.v1.MoveStamp;
import io.flotilla.internal.v1.NotLeader;
import io.flotilla.internal.v1.ReplicaStatus;
import io.flotilla.internal.v1.ReplicasResponse;
import io.flotilla.internal.v1.ShardStatus.State;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.host.NodeAccess;
import io.flotilla.raft.host.NodeRole;
import io.flotilla.shardctrler.move.GroupModel;
import java.util.TreeMap;

/**
 * Data groups without data: each is one model that never fails, spoken to through whichever node is
 * said to lead it.
 */
final class FakeGroups {
  private static final long COPY_NANOS = 20_000_000L;

  final TreeMap<GroupId, GroupModel> models = new TreeMap<>();

  /** Node that leads each gid; 0 for nobody. */
  final TreeMap<Integer, Integer> leaders = new TreeMap<>();

  boolean isReporting = true;

  NodeRole role() {
    return new Role();
  }

  GroupModel group(GroupId id) {
    return models.computeIfAbsent(id, GroupModel::new);
  }

  private final class Role implements NodeRole {
    private NodeAccess node;
    private EventLoop loop;

    @Override
    public void start(NodeAccess access) {
      node = access;
      loop = access.seams().loop();
      access
          .seams()
          .server()
          .bind(
              "flotilla.internal.v1.Group/Command",
              (call, reply) -> loop.execute(() -> command(call, reply)));
      access
          .seams()
          .server()
          .bind("flotilla.internal.v1.Node/Replicas", (call, reply) -> reply.answer(replicas()));
    }

    @Override
    public void stop() {}

    private void command(Call call, RpcReply reply) {
      try {
        GroupCommandRequest request = GroupCommandRequest.parseFrom(call.request());
        GroupCommandResponse.Builder response = GroupCommandResponse.newBuilder();
        int leader = leaders.getOrDefault(request.getGid(), 0);
        if (leader == node.identity().node()) {
          GroupModel group = group(new GroupId(request.getGid(), request.getIncarnation()));
          response.setApplied(Applied.newBuilder().addAllShards(group.apply(request)));
          if (request.hasBeginExport()) {
            loop.schedule(COPY_NANOS, () -> copy(group, request));
          }
        } else {
          response.setNotLeader(NotLeader.newBuilder().setLeader(leader));
        }
        reply.answer(response.build().toByteString());
      } catch (InvalidProtocolBufferException malformed) {
        throw new AssertionError(malformed);
      }
    }

    private void copy(GroupModel source, GroupCommandRequest request) {
      MoveStamp stamp = request.getBeginExport().getStamp();
      GroupModel target =
          group(
              new GroupId(
                  request.getBeginExport().getTo(), request.getBeginExport().getToIncarnation()));
      if (GroupModel.transfer(source, target, stamp.getShard()) && isReporting) {
        ByteString report =
            MoveReport.newBuilder()
                .setStatus(target.status(stamp.getShard()))
                .build()
                .toByteString();
        node.seams()
            .rpc()
            .ask(
                node.config().clientAddress(),
                "flotilla.internal.v1.Group/Report",
                report,
                COPY_NANOS * 50,
                new RpcReply() {
                  @Override
                  public void answer(ByteString response) {}

                  @Override
                  public void fail(RpcFailure failure) {}
                });
      }
    }

    private ByteString replicas() {
      ReplicasResponse.Builder response = ReplicasResponse.newBuilder();
      for (GroupModel group : models.values()) {
        if (leaders.getOrDefault(group.id().gid(), 0) == node.identity().node()) {
          response.addReplicas(
              ReplicaStatus.newBuilder()
                  .setGid(group.id().gid())
                  .setIncarnation(group.id().incarnation())
                  .setLeader(true)
                  .setTerm(3));
        }
      }
      return response.build().toByteString();
    }
  }

  /** Shards that {@code gid}'s present life serves. */
  long serving(GroupId id, int shards) {
    long count = 0;
    for (int shard = 0; shard < shards; shard++) {
      count += group(id).shard(shard).state == State.SERVING ? 1 : 0;
    }
    return count;
  }
}
