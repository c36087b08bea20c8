package io.flotilla.shardctrler.service;

import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.raft.ProposeResult;
import io.flotilla.raft.RaftGroup;
import io.flotilla.raft.ReadResult;
import io.flotilla.shardctrler.move.Decisions;
import io.flotilla.shardctrler.state.CommandCodec;
import io.flotilla.shardctrler.state.CtrlCommand;
import io.flotilla.shardctrler.state.CtrlResult;
import java.util.function.Consumer;

/** The controller's group as its service and its driver use it. Owned by the loop. */
final class ControllerLog implements Decisions {
  private static final String NOT_LEADER = "this node does not lead the controller";

  private final EventLoop loop;
  private final RaftGroup<CtrlResult> group;

  ControllerLog(EventLoop loop, RaftGroup<CtrlResult> group) {
    this.loop = loop;
    this.group = group;
  }

  boolean leads() {
    return group.status().isLeader();
  }

  int leader() {
    return group.status().leader();
  }

  @Override
  public void propose(CtrlCommand command, Consumer<Boolean> onOver) {
    // A refusal comes at once; the proposer must not be called while it proposes.
    group.propose(
        CommandCodec.encode(command),
        result -> loop.execute(() -> onOver.accept(result instanceof ProposeResult.Applied)));
  }

  /** Proposes what a caller wants; {@code then} turns the result into the answer. */
  void change(CtrlCommand command, RpcReply reply, Consumer<CtrlResult> then) {
    group.propose(
        CommandCodec.encode(command),
        outcome -> {
          if (outcome instanceof ProposeResult.Applied<CtrlResult> applied) {
            if (applied.result() instanceof CtrlResult.Refused refused) {
              reply.fail(Failures.invalid(refused.reason()));
            } else {
              then.accept(applied.result());
            }
          } else if (outcome instanceof ProposeResult.NotLeader) {
            reply.fail(Failures.unavailable(NOT_LEADER));
          } else if (outcome instanceof ProposeResult.Busy) {
            reply.fail(Failures.busy("the controller has too much to commit"));
          } else {
            reply.fail(Failures.unknown("the controller lost its leader meanwhile"));
          }
        });
  }

  /** Runs {@code read} in a step in which what it sees is the latest there is. */
  void read(RpcReply reply, Runnable read) {
    group.readIndex(
        result -> {
          if (result instanceof ReadResult.Ready) {
            read.run();
          } else if (result instanceof ReadResult.NotLeader) {
            reply.fail(Failures.unavailable(NOT_LEADER));
          } else {
            reply.fail(Failures.busy("the controller has too many reads waiting"));
          }
        });
  }
}
