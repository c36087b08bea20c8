package io.flotilla.shardctrler.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.shardctrler.state.ControllerMachine;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.shardctrler.state.CtrlCommand;
import io.flotilla.shardctrler.state.CtrlCommand.NewGroup;
import io.flotilla.shardctrler.state.CtrlResult.Changed;
import io.flotilla.v1.CancelRequest;
import io.flotilla.v1.ChangeResponse;
import io.flotilla.v1.JoinRequest;
import io.flotilla.v1.LeaveRequest;
import io.flotilla.v1.MoveRequest;
import io.flotilla.v1.PinRequest;
import io.flotilla.v1.PlannedMove;
import io.flotilla.v1.RebalanceRequest;
import io.flotilla.v1.RebalanceResponse;
import java.util.ArrayList;
import java.util.List;

/** The calls of administrators that change something. Owned by the loop. */
final class Changes {
  private final ControllerLog log;
  private final ControllerMachine machine;

  Changes(ControllerLog log, ControllerMachine machine) {
    this.log = log;
    this.machine = machine;
  }

  /** Serves {@code call} if it is one of them; false if not. */
  boolean serve(Call call, RpcReply reply) throws InvalidProtocolBufferException {
    ByteString bytes = call.request();
    switch (call.method()) {
      case Methods.JOIN -> change(join(JoinRequest.parseFrom(bytes)), reply);
      case Methods.LEAVE -> {
        LeaveRequest leave = LeaveRequest.parseFrom(bytes);
        change(
            new CtrlCommand.Leave(leave.getGidsList(), leave.getHold(), leave.getForce()), reply);
      }
      case Methods.MOVE -> {
        MoveRequest move = MoveRequest.parseFrom(bytes);
        change(new CtrlCommand.Assign(move.getShard(), move.getGid()), reply);
      }
      case Methods.CANCEL ->
          change(new CtrlCommand.Cancel(CancelRequest.parseFrom(bytes).getMove()), reply);
      case Methods.PIN ->
          change(new CtrlCommand.Pin(PinRequest.parseFrom(bytes).getShard(), true), reply);
      case Methods.UNPIN ->
          change(new CtrlCommand.Pin(PinRequest.parseFrom(bytes).getShard(), false), reply);
      case Methods.REBALANCE -> rebalance(RebalanceRequest.parseFrom(bytes).getDryRun(), reply);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void change(CtrlCommand command, RpcReply reply) {
    log.change(
        command,
        reply,
        result -> {
          Changed changed = (Changed) result;
          reply.answer(
              ChangeResponse.newBuilder()
                  .setVersion(changed.version())
                  .addAllWarnings(changed.warnings())
                  .build()
                  .toByteString());
        });
  }

  private static CtrlCommand join(JoinRequest request) {
    return new CtrlCommand.Join(
        request.getGroupsList().stream()
            .map(group -> new NewGroup(group.getGid(), group.getNodesList()))
            .toList(),
        request.getHold());
  }

  /** The plan is what the rebalance finds to do; it is shown, and carried out unless dry. */
  private void rebalance(boolean isDry, RpcReply reply) {
    log.read(
        reply,
        () -> {
          ControllerState state = machine.state();
          boolean isPossible = state.leaving().size() < state.map().groups().size();
          if (!isPossible) {
            reply.fail(Failures.invalid("there is no group to give shards to"));
            return;
          }
          RebalanceResponse.Builder plan =
              RebalanceResponse.newBuilder()
                  .setVersion(state.map().version())
                  .addAllMoves(planned(state, machine.plannedTargets()));
          if (isDry) {
            reply.answer(plan.build().toByteString());
          } else {
            log.change(
                new CtrlCommand.Rebalance(),
                reply,
                result ->
                    reply.answer(
                        plan.setVersion(((Changed) result).version()).build().toByteString()));
          }
        });
  }

  private static List<PlannedMove> planned(ControllerState state, List<Integer> targets) {
    List<PlannedMove> moves = new ArrayList<>();
    for (int shard = 0; shard < targets.size(); shard++) {
      int owner = state.map().shard(shard).owner();
      if (owner != targets.get(shard)) {
        moves.add(
            PlannedMove.newBuilder()
                .setShard(shard)
                .setFrom(owner)
                .setTo(targets.get(shard))
                .build());
      }
    }
    return moves;
  }
}
