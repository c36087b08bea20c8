package io.flotilla.shardkv.node;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcServer;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.internal.v1.GroupTransferRequest;
import io.flotilla.internal.v1.GroupTransferResponse;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.TransferResult;
import io.flotilla.shardkv.service.OpenGroup;
import io.flotilla.shardkv.service.Operations;
import java.util.Optional;

/** Hands over the leadership of a group of this node when told to. Owned by the loop. */
final class TransferService {
  private static final String METHOD = "flotilla.internal.v1.Group/TransferLeader";

  private final EventLoop loop;
  private final Operations operations;

  TransferService(EventLoop loop, Operations operations) {
    this.loop = loop;
    this.operations = operations;
  }

  void bind(RpcServer server) {
    server.bind(METHOD, (call, reply) -> loop.execute(() -> serve(call, reply)));
  }

  private void serve(Call call, RpcReply reply) {
    try {
      GroupTransferRequest request = GroupTransferRequest.parseFrom(call.request());
      GroupId id = new GroupId(request.getGid(), request.getIncarnation());
      Optional<OpenGroup> group =
          operations.group(id.gid()).filter(open -> open.raft().id().equals(id));
      if (group.isPresent()) {
        group.get().raft().transferLeader(request.getNode(), result -> answer(result, reply));
      } else {
        answer(new TransferResult.NotLeader(0), reply);
      }
    } catch (InvalidProtocolBufferException malformed) {
      reply.fail(new RpcFailure(RpcFailure.Code.INVALID_ARGUMENT, "malformed request"));
    }
  }

  private static void answer(TransferResult result, RpcReply reply) {
    GroupTransferResponse.Builder response = GroupTransferResponse.newBuilder();
    if (result instanceof TransferResult.Done done) {
      response.setLeader(done.leader());
    } else if (result instanceof TransferResult.NotLeader refused) {
      response.setElsewhere(refused.leader());
    } else if (result instanceof TransferResult.Invalid invalid) {
      response.setInvalid(invalid.why());
    } else if (result instanceof TransferResult.Busy busy) {
      response.setBusy(busy.why());
    } else if (result instanceof TransferResult.TimedOut) {
      response.setTimedOut(true);
    } else {
      response.setUnknown(true);
    }
    reply.answer(response.build().toByteString());
  }
}
