package io.flotilla.shardctrler.state;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.shardctrler.state.CtrlResult.Leased;
import io.flotilla.shardctrler.state.CtrlResult.Refused;
import java.util.List;

/**
 * Applies the controller's log: decodes a command, hands it to the rules, answers what came of it.
 * Owned by the loop of the controller's group.
 */
public final class ControllerMachine {
  private final int shardCount;
  private ControllerState state;

  /** The machine of {@code cluster}, which has that many shards, before its first command. */
  public ControllerMachine(String cluster, int shardCount) {
    this.shardCount = shardCount;
    this.state = new ControllerState(shardCount, new SessionBlocks(SessionBlocks.firstOf(cluster)));
  }

  /** The state now; another object after {@link #decode}. */
  public ControllerState state() {
    return state;
  }

  /**
   * Applies one entry of the log. One that this version does not know stops the replica: a leader
   * of a newer version proposed it, others apply it, and to pass over it would be to diverge.
   */
  public CtrlResult apply(ByteString entry) {
    try {
      return apply(CommandCodec.decode(entry));
    } catch (InvalidProtocolBufferException unreadable) {
      throw new AssertionError("the log has a command this version does not know", unreadable);
    }
  }

  /** The whole state as bytes: equal states give equal bytes. */
  public ByteString encode() {
    return StateCodec.encode(state);
  }

  /** Replaces the state by what {@link #encode} gave. */
  public void decode(ByteString bytes) {
    state = StateCodec.decode(bytes, shardCount);
  }

  CtrlResult apply(CtrlCommand command) {
    ShardRules shards = new ShardRules(state);
    GroupRules groups = new GroupRules(state, shards);
    MoveRules moves = new MoveRules(state, shards, groups);
    if (command instanceof CtrlCommand.Register register) {
      return groups.register(register.node());
    } else if (command instanceof CtrlCommand.Join join) {
      return groups.join(join);
    } else if (command instanceof CtrlCommand.Leave leave) {
      return groups.leave(leave);
    } else if (command instanceof CtrlCommand.Assign assign) {
      return shards.assign(assign);
    } else if (command instanceof CtrlCommand.Rebalance) {
      return shards.rebalance();
    } else if (command instanceof CtrlCommand.Pin pin) {
      return shards.pin(pin);
    } else if (command instanceof CtrlCommand.Cancel cancel) {
      return moves.cancel(cancel.move());
    } else if (command instanceof CtrlCommand.StartMoves start) {
      return moves.start(start);
    } else if (command instanceof CtrlCommand.CommitMoves commit) {
      return moves.commit(commit);
    } else if (command instanceof CtrlCommand.AbortMove abort) {
      return moves.abort(abort);
    } else if (command instanceof CtrlCommand.Acknowledge acknowledge) {
      return moves.acknowledge(acknowledge);
    } else if (command instanceof CtrlCommand.LeaseBlock lease) {
      return lease(lease);
    } else if (command instanceof CtrlCommand.AdvanceTime time) {
      state.blocks.advance(time.elapsedNanos(), time.spanNanos());
      return shards.changed();
    }
    throw new AssertionError("no rule for " + command);
  }

  /** Where a rebalance would put each shard now; nothing changes. At least one group must stay. */
  public List<Integer> plannedTargets() {
    return ShardRules.planned(state);
  }

  private CtrlResult lease(CtrlCommand.LeaseBlock lease) {
    NodeAddress node = state.nodes().get(lease.node());
    if (node == null || node.store() != lease.store()) {
      return new Refused("node " + lease.node() + " has not registered");
    }
    if (state.blocks.isFull()) {
      return new Refused("too many blocks of sessions are in use");
    }
    return new Leased(state.blocks.issue(lease.elapsedNanos()));
  }
}
