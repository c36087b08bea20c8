package io.flotilla.shardkv.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.Leaders;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcServer;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.client.FlotillaClient;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import io.flotilla.v1.Refusal;
import java.util.Optional;

/**
 * Client calls as they arrive on the wire: batched streams for groups that are led here, plain
 * unary calls for any key, forwarded one hop if another node leads. Owned by the loop.
 *
 * <p>A forwarded call is sent at most once. If its answer does not come, the caller hears that the
 * outcome is unknown, never a refusal: the call may have been executed.
 */
public final class KvService {
  private static final String SERVICE = "flotilla.v1.Kv/";
  private static final String EXECUTE = "flotilla.internal.v1.Kv/Execute";

  private final EventLoop loop;
  private final Rpc rpc;
  private final Operations operations;
  private final FlotillaClient scans;
  private final Leaders leaders = new Leaders();

  /**
   * @param scans merges plain scans over the cluster; reads only
   */
  public KvService(EventLoop loop, Rpc rpc, Operations operations, FlotillaClient scans) {
    this.loop = loop;
    this.rpc = rpc;
    this.operations = operations;
    this.scans = scans;
  }

  /** Binds every method of the service but the opening of sessions. */
  public void bind(RpcServer server) {
    server.bindStream(SERVICE + "Batch", stream -> new BatchConnection(stream, loop, operations));
    bindUnary(server, "Get", Operation.RequestCase.GET);
    bindUnary(server, "Put", Operation.RequestCase.PUT);
    bindUnary(server, "Append", Operation.RequestCase.APPEND);
    bindUnary(server, "Delete", Operation.RequestCase.DELETE);
    bindUnary(server, "CompareAndSet", Operation.RequestCase.COMPARE_AND_SET);
    bindUnary(server, "PutIfVersion", Operation.RequestCase.PUT_IF_VERSION);
    new PlainScan(loop, operations, scans).bind(server);
    server.bind(EXECUTE, (call, reply) -> loop.execute(() -> executeForwarded(call, reply)));
  }

  private void bindUnary(RpcServer server, String name, Operation.RequestCase method) {
    server.bind(SERVICE + name, (call, reply) -> loop.execute(() -> unary(method, call, reply)));
  }

  private void unary(Operation.RequestCase method, Call call, RpcReply reply) {
    Optional<ShardMap> map = operations.map();
    if (map.isEmpty()) {
      reply.fail(new RpcFailure(RpcFailure.Code.UNAVAILABLE, "this node has no map yet"));
      return;
    }
    try {
      Operation.Builder operation = UnaryCalls.parse(method, call.request());
      int shard = map.get().shardOf(Intake.keyOf(operation.buildPartial()));
      operation
          .setShard(shard)
          .setShardCount(map.get().shardCount())
          .setGroup(map.get().shard(shard).owner())
          .setEpoch(map.get().shard(shard).epoch())
          .setRemainingNanos(call.remainingNanos());
      route(operation.build(), map.get(), call.remainingNanos(), reply);
    } catch (InvalidProtocolBufferException malformed) {
      reply.fail(new RpcFailure(RpcFailure.Code.INVALID_ARGUMENT, "malformed request"));
    }
  }

  private void route(Operation operation, ShardMap map, long remainingNanos, RpcReply reply) {
    Optional<OpenGroup> here = operations.group(operation.getGroup());
    if (here.isPresent() && here.get().isLedHere()) {
      execute(operation, remainingNanos, reply);
      return;
    }
    GroupMembers members = map.groups().get(operation.getGroup());
    if (members == null || members.nodes().isEmpty()) {
      reply.fail(new RpcFailure(RpcFailure.Code.UNAVAILABLE, "nobody serves the shard now"));
      return;
    }
    if (here.isPresent()) {
      // A member knows better than memory who leads.
      int leader = here.get().raft().status().leader();
      if (leader == 0) {
        reply.fail(new RpcFailure(RpcFailure.Code.UNAVAILABLE, "the shard's group has no leader"));
        return;
      }
      leaders.led(members, leader);
    }
    forward(operation, members, leaders.guess(members), remainingNanos, reply);
  }

  private void execute(Operation operation, long remainingNanos, RpcReply reply) {
    operations.execute(
        operation,
        Intake.deadline(loop.nanoTime(), remainingNanos),
        outcome -> finish(outcome, reply));
  }

  private void forward(
      Operation operation,
      GroupMembers members,
      NodeAddress to,
      long remainingNanos,
      RpcReply reply) {
    rpc.ask(
        to.client(),
        EXECUTE,
        operation.toByteString(),
        remainingNanos,
        new RpcReply() {
          @Override
          public void answer(ByteString response) {
            loop.execute(() -> forwarded(members, response, reply));
          }

          @Override
          public void fail(RpcFailure failure) {
            loop.execute(() -> notForwarded(operation, members, failure, reply));
          }
        });
  }

  private void forwarded(GroupMembers members, ByteString response, RpcReply reply) {
    try {
      Outcome outcome = Outcome.parseFrom(response);
      Refusal refusal = outcome.getRefusal();
      if (outcome.hasRefusal() && refusal.getCode() == Refusal.Code.NOT_LEADER) {
        leaders.led(members, refusal.getLeader());
      }
      finish(outcome, reply);
    } catch (InvalidProtocolBufferException malformed) {
      reply.fail(new RpcFailure(RpcFailure.Code.UNKNOWN_OUTCOME, "the answer is malformed"));
    }
  }

  private void notForwarded(
      Operation operation, GroupMembers members, RpcFailure failure, RpcReply reply) {
    leaders.failed(members);
    boolean isDefinite = failure.isDefinite() || Intake.isRead(operation);
    RpcFailure.Code code =
        isDefinite ? RpcFailure.Code.UNAVAILABLE : RpcFailure.Code.UNKNOWN_OUTCOME;
    reply.fail(new RpcFailure(code, "the leader of the shard's group did not answer"));
  }

  private void executeForwarded(Call call, RpcReply reply) {
    try {
      operations.execute(
          Operation.parseFrom(call.request()),
          Intake.deadline(loop.nanoTime(), call.remainingNanos()),
          outcome -> reply.answer(outcome.toByteString()));
    } catch (InvalidProtocolBufferException malformed) {
      reply.fail(new RpcFailure(RpcFailure.Code.INVALID_ARGUMENT, "malformed request"));
    }
  }

  private static void finish(Outcome outcome, RpcReply reply) {
    if (outcome.hasRefusal()) {
      reply.fail(UnaryCalls.failure(outcome.getRefusal()));
    } else {
      reply.answer(UnaryCalls.response(outcome).toByteString());
    }
  }
}
