package io.flotilla.shardctrler.state;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.internal.v1.ControllerEntry;
import io.flotilla.shardctrler.state.CtrlCommand.AbortMove;
import io.flotilla.shardctrler.state.CtrlCommand.Ack;
import io.flotilla.shardctrler.state.CtrlCommand.Acknowledge;
import io.flotilla.shardctrler.state.CtrlCommand.AdvanceTime;
import io.flotilla.shardctrler.state.CtrlCommand.Assign;
import io.flotilla.shardctrler.state.CtrlCommand.Cancel;
import io.flotilla.shardctrler.state.CtrlCommand.CommitMoves;
import io.flotilla.shardctrler.state.CtrlCommand.Join;
import io.flotilla.shardctrler.state.CtrlCommand.LeaseBlock;
import io.flotilla.shardctrler.state.CtrlCommand.Leave;
import io.flotilla.shardctrler.state.CtrlCommand.NewGroup;
import io.flotilla.shardctrler.state.CtrlCommand.Pin;
import io.flotilla.shardctrler.state.CtrlCommand.Ready;
import io.flotilla.shardctrler.state.CtrlCommand.Rebalance;
import io.flotilla.shardctrler.state.CtrlCommand.Register;
import io.flotilla.shardctrler.state.CtrlCommand.StartMoves;

/** Commands as they stand in the log. */
public final class CommandCodec {
  private CommandCodec() {}

  /** The bytes of {@code command}. */
  public static ByteString encode(CtrlCommand command) {
    ControllerEntry.Builder entry = ControllerEntry.newBuilder();
    if (command instanceof Register register) {
      entry.getRegisterBuilder().setNode(Messages.voter(register.node()));
    } else if (command instanceof Join join) {
      encodeJoin(join, entry.getJoinBuilder());
    } else if (command instanceof Leave leave) {
      entry
          .getLeaveBuilder()
          .addAllGids(leave.gids())
          .setHold(leave.hold())
          .setForce(leave.force());
    } else if (command instanceof Assign assign) {
      entry.getAssignBuilder().setShard(assign.shard()).setGid(assign.gid());
    } else if (command instanceof Rebalance) {
      entry.setRebalance(ControllerEntry.Rebalance.getDefaultInstance());
    } else if (command instanceof Pin pin) {
      entry.getPinBuilder().setShard(pin.shard()).setPinned(pin.pinned());
    } else if (command instanceof Cancel cancel) {
      entry.getCancelBuilder().setMove(cancel.move());
    } else if (command instanceof LeaseBlock lease) {
      entry
          .getLeaseBlockBuilder()
          .setNode(lease.node())
          .setStore(lease.store())
          .setElapsedNanos(lease.elapsedNanos());
    } else if (command instanceof AdvanceTime time) {
      entry
          .getAdvanceTimeBuilder()
          .setElapsedNanos(time.elapsedNanos())
          .setSpanNanos(time.spanNanos());
    } else {
      encodeOfMove(command, entry);
    }
    return entry.build().toByteString();
  }

  /** The command in {@code bytes}. */
  public static CtrlCommand decode(ByteString bytes) throws InvalidProtocolBufferException {
    ControllerEntry entry = ControllerEntry.parseFrom(bytes);
    return switch (entry.getCommandCase()) {
      case REGISTER -> new Register(Messages.node(entry.getRegister().getNode()));
      case JOIN -> join(entry.getJoin());
      case LEAVE ->
          new Leave(
              entry.getLeave().getGidsList(),
              entry.getLeave().getHold(),
              entry.getLeave().getForce());
      case ASSIGN -> new Assign(entry.getAssign().getShard(), entry.getAssign().getGid());
      case REBALANCE -> new Rebalance();
      case PIN -> new Pin(entry.getPin().getShard(), entry.getPin().getPinned());
      case CANCEL -> new Cancel(entry.getCancel().getMove());
      case LEASE_BLOCK ->
          new LeaseBlock(
              entry.getLeaseBlock().getNode(),
              entry.getLeaseBlock().getStore(),
              entry.getLeaseBlock().getElapsedNanos());
      case ADVANCE_TIME ->
          new AdvanceTime(
              entry.getAdvanceTime().getElapsedNanos(), entry.getAdvanceTime().getSpanNanos());
      case START_MOVES -> new StartMoves(entry.getStartMoves().getShardsList());
      case COMMIT_MOVES ->
          new CommitMoves(
              entry.getCommitMoves().getReadyList().stream().map(CommandCodec::ready).toList());
      case ABORT_MOVE ->
          new AbortMove(entry.getAbortMove().getMove(), entry.getAbortMove().getReason());
      case ACKNOWLEDGE ->
          new Acknowledge(
              entry.getAcknowledge().getAcksList().stream().map(CommandCodec::ack).toList());
      case COMMAND_NOT_SET -> throw new InvalidProtocolBufferException("no command");
    };
  }

  private static void encodeOfMove(CtrlCommand command, ControllerEntry.Builder entry) {
    if (command instanceof StartMoves start) {
      entry.getStartMovesBuilder().addAllShards(start.shards());
    } else if (command instanceof CommitMoves commit) {
      for (Ready ready : commit.ready()) {
        entry
            .getCommitMovesBuilder()
            .addReadyBuilder()
            .setMove(ready.move())
            .setIncarnation(ready.incarnation())
            .setFigures(Messages.figures(ready.tally()));
      }
      entry.getCommitMovesBuilder();
    } else if (command instanceof AbortMove abort) {
      entry.getAbortMoveBuilder().setMove(abort.move()).setReason(abort.reason());
    } else if (command instanceof Acknowledge acknowledge) {
      for (Ack ack : acknowledge.acks()) {
        entry
            .getAcknowledgeBuilder()
            .addAcksBuilder()
            .setMove(ack.move())
            .setTarget(ack.isTarget())
            .setIncarnation(ack.incarnation())
            .setFigures(Messages.figures(ack.tally()));
      }
      entry.getAcknowledgeBuilder();
    } else {
      throw new AssertionError("no encoding for " + command);
    }
  }

  private static void encodeJoin(Join join, ControllerEntry.Join.Builder entry) {
    entry.setHold(join.hold());
    for (NewGroup group : join.groups()) {
      entry.addGroupsBuilder().setGid(group.gid()).addAllNodes(group.nodes());
    }
  }

  private static Join join(ControllerEntry.Join entry) {
    return new Join(
        entry.getGroupsList().stream()
            .map(group -> new NewGroup(group.getGid(), group.getNodesList()))
            .toList(),
        entry.getHold());
  }

  private static Ready ready(ControllerEntry.Ready entry) {
    return new Ready(entry.getMove(), entry.getIncarnation(), Messages.tally(entry.getFigures()));
  }

  private static Ack ack(ControllerEntry.Ack entry) {
    return new Ack(
        entry.getMove(),
        entry.getTarget(),
        entry.getIncarnation(),
        Messages.tally(entry.getFigures()));
  }
}
