package io.flotilla.shardkv.move;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.Meter;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.GroupCalls;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcServer;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.internal.v1.Applied;
import io.flotilla.internal.v1.GroupCommandRequest;
import io.flotilla.internal.v1.GroupCommandResponse;
import io.flotilla.internal.v1.MoveReport;
import io.flotilla.internal.v1.NotLeader;
import io.flotilla.internal.v1.PieceRequest;
import io.flotilla.internal.v1.PieceResponse;
import io.flotilla.internal.v1.ShardStatus;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.ProposeResult;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.KvCommandCodec;
import io.flotilla.shardkv.group.KvResult;
import io.flotilla.shardkv.group.MoveMessages;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.ShardState;
import io.flotilla.shardkv.service.OpenGroup;
import io.flotilla.shardkv.service.Operations;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Moves as this node takes part in them: commands of the controller and pieces of other groups go
 * through the log of the group they are meant for; shards on their way out are driven; arrivals are
 * reported. Owned by the loop.
 */
public final class MoveService {
  private static final String SERVICE = "flotilla.internal.v1.Group/";
  private static final long ASK_NANOS = 1_000_000_000L;
  private static final long REPORT_NANOS = 1_000_000_000L;

  private final EventLoop loop;
  private final Rpc rpc;
  private final Operations operations;
  private final Meter meter;
  private final Exporter exporter;
  private final PauseClock pauses;
  private final List<String> controllers;

  /**
   * @param controllers client addresses of nodes that pass reports on to the controller
   */
  public MoveService(
      EventLoop loop, Rpc rpc, Operations operations, Meter meter, List<String> controllers) {
    this.loop = loop;
    this.rpc = rpc;
    this.operations = operations;
    this.meter = meter;
    this.exporter =
        new Exporter(
            loop,
            operations,
            new GroupCalls(loop, rpc, ASK_NANOS),
            meter,
            stuck -> report(MoveMessages.toProto(stuck)));
    this.pauses = new PauseClock(loop, meter);
    this.controllers = List.copyOf(controllers);
  }

  /** Binds what the controller and other groups call. */
  public void bind(RpcServer server) {
    server.bind(SERVICE + "Command", (call, reply) -> loop.execute(() -> command(call, reply)));
    server.bind(SERVICE + "Piece", (call, reply) -> loop.execute(() -> piece(call, reply)));
  }

  /** A replica was opened here. */
  public void opened(OpenGroup group) {
    int gid = group.raft().id().gid();
    group
        .machine()
        .listen(
            (shard, before, after) -> {
              // At once: the answer to RELEASE, which names the pause, follows in this very step.
              pauses.changed(gid, shard, before, after);
              loop.execute(() -> changed(gid, shard, before, after));
            });
  }

  /** The role of a replica has changed: a new leader takes over what is on its way out. */
  public void roleChanged(int gid) {
    Optional<OpenGroup> group = operations.group(gid);
    if (group.isPresent() && group.get().isLedHere()) {
      for (int shard = 0; shard < group.get().machine().shardBound(); shard++) {
        exporter.wake(gid, shard);
      }
    }
  }

  private void changed(int gid, int shard, ShardState before, ShardState after) {
    Optional<OpenGroup> group = operations.group(gid);
    if (group.isEmpty() || !group.get().isLedHere()) {
      return;
    }
    count(before, after);
    exporter.wake(gid, shard);
    boolean isReady = after.phase() == Phase.READY && before.phase() != Phase.READY;
    boolean isStuck = after.transit().isStuck();
    if (isReady || isStuck) {
      report(MoveMessages.toProto(group.get().machine().status(shard)));
    }
  }

  /** Steps of moves as their groups' leaders take them. */
  private void count(ShardState before, ShardState after) {
    if (after.transit().isStuck() && !before.transit().isStuck()) {
      meter.count("flotilla_move_given_up_total", 1);
    }
    if (after.phase() == before.phase()) {
      return;
    }
    switch (after.phase()) {
      case STAGING -> meter.count("flotilla_move_imports_total", 1);
      case EXPORTING -> meter.count("flotilla_move_exports_total", 1);
      case FROZEN -> meter.count("flotilla_move_freezes_total", 1);
      case READY -> meter.count("flotilla_move_arrivals_total", 1);
      case SERVING -> meter.count(served(before.phase()), 1);
      case ABSENT -> meter.count(gone(before.phase()), 1);
    }
  }

  private static String served(Phase before) {
    return before == Phase.READY
        ? "flotilla_move_activations_total"
        : "flotilla_move_aborted_exports_total";
  }

  private static String gone(Phase before) {
    boolean isSource = before == Phase.EXPORTING || before == Phase.FROZEN;
    return isSource ? "flotilla_move_releases_total" : "flotilla_move_aborted_imports_total";
  }

  /** Best effort: the controller also asks by itself. */
  private void report(ShardStatus status) {
    if (controllers.isEmpty()) {
      return;
    }
    ByteString report = MoveReport.newBuilder().setStatus(status).build().toByteString();
    int turn = Math.floorMod(status.getStamp().getShard(), controllers.size());
    rpc.ask(
        controllers.get(turn),
        SERVICE + "Report",
        report,
        REPORT_NANOS,
        new RpcReply() {
          @Override
          public void answer(ByteString response) {}

          @Override
          public void fail(RpcFailure failure) {}
        });
  }

  private void command(Call call, RpcReply reply) {
    try {
      GroupCommandRequest request = GroupCommandRequest.parseFrom(call.request());
      Optional<KvCommand> command = MoveMessages.command(request);
      if (command.isEmpty()) {
        reply.fail(malformed());
        return;
      }
      GroupId id = new GroupId(request.getGid(), request.getIncarnation());
      propose(
          id,
          command.get(),
          reply,
          result -> reply.answer(standing(result).toByteString()),
          leader ->
              GroupCommandResponse.newBuilder()
                  .setNotLeader(NotLeader.newBuilder().setLeader(leader))
                  .build()
                  .toByteString());
    } catch (InvalidProtocolBufferException malformed) {
      reply.fail(malformed());
    }
  }

  private void piece(Call call, RpcReply reply) {
    try {
      Optional<KvCommand.Piece> piece = MoveMessages.piece(PieceRequest.parseFrom(call.request()));
      if (piece.isEmpty()) {
        reply.fail(malformed());
        return;
      }
      propose(
          piece.get().stamp().group(),
          piece.get(),
          reply,
          result -> reply.answer(received(result).toByteString()),
          leader ->
              PieceResponse.newBuilder()
                  .setNotLeader(NotLeader.newBuilder().setLeader(leader))
                  .build()
                  .toByteString());
    } catch (InvalidProtocolBufferException malformed) {
      reply.fail(malformed());
    }
  }

  /** Leads a command through the log of its group, if that life of it is led here. */
  private void propose(
      GroupId id,
      KvCommand command,
      RpcReply reply,
      Consumer<KvResult> onApplied,
      IntFunction<ByteString> notLeader) {
    Optional<OpenGroup> group =
        operations.group(id.gid()).filter(open -> open.raft().id().equals(id));
    if (group.isEmpty()) {
      reply.answer(notLeader.apply(0));
      return;
    }
    group
        .get()
        .raft()
        .propose(
            KvCommandCodec.encode(command),
            result -> {
              if (result instanceof ProposeResult.Applied<KvResult> applied) {
                onApplied.accept(applied.result());
              } else if (result instanceof ProposeResult.NotLeader<KvResult> refused) {
                reply.answer(notLeader.apply(refused.leader()));
              } else {
                reply.fail(
                    new RpcFailure(RpcFailure.Code.UNKNOWN_OUTCOME, "not seen applied; ask again"));
              }
            });
  }

  private GroupCommandResponse standing(KvResult result) {
    Applied.Builder applied = Applied.newBuilder();
    if (result instanceof KvResult.Standing standing) {
      for (var status : standing.shards()) {
        applied.addShards(pauses.withPause(MoveMessages.toProto(status)));
      }
    }
    return GroupCommandResponse.newBuilder().setApplied(applied).build();
  }

  private static PieceResponse received(KvResult result) {
    PieceResponse.Builder response = PieceResponse.newBuilder();
    if (result instanceof KvResult.Received received) {
      response.setStatus(MoveMessages.toProto(received.status())).setCursor(received.cursor());
    }
    return response.build();
  }

  private static RpcFailure malformed() {
    return new RpcFailure(RpcFailure.Code.INVALID_ARGUMENT, "malformed request");
  }
}
