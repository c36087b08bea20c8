package io.flotilla.shardctrler.state;

import io.flotilla.base.shard.NodeAddress;
import java.util.List;

/** One command of the controller's log. Whether it makes sense is decided where it is applied. */
public sealed interface CtrlCommand {
  /** Makes a node known, or known under another address or store. */
  record Register(NodeAddress node) implements CtrlCommand {}

  /**
   * Creates groups.
   *
   * @param hold leave the shards where they are for now
   */
  record Join(List<NewGroup> groups, boolean hold) implements CtrlCommand {
    public Join {
      groups = List.copyOf(groups);
    }
  }

  /**
   * A group to be created.
   *
   * @param nodes ids of its first voters
   */
  record NewGroup(int gid, List<Integer> nodes) {
    public NewGroup {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * Lets groups go once their shards have moved away.
   *
   * @param hold plan no moves for now; the groups stay until somebody rebalances
   * @param force even if no group is left: the data of all shards is given up
   */
  record Leave(List<Integer> gids, boolean hold, boolean force) implements CtrlCommand {
    public Leave {
      gids = List.copyOf(gids);
    }
  }

  /** Assigns one shard to a group until the next rebalance. */
  record Assign(int shard, int gid) implements CtrlCommand {}

  /** Spreads the shards evenly. */
  record Rebalance() implements CtrlCommand {}

  /** Keeps a shard where it is, or no longer. */
  record Pin(int shard, boolean pinned) implements CtrlCommand {}

  /** An operator stops a move that has not committed. */
  record Cancel(long move) implements CtrlCommand {}

  /**
   * Reserves a block of session ids.
   *
   * @param elapsedNanos of the leader's clock since its last stamp
   */
  record LeaseBlock(int node, long store, long elapsedNanos) implements CtrlCommand {}

  /**
   * Lets the log's own time go on.
   *
   * @param elapsedNanos of the leader's clock since its last stamp
   * @param spanNanos age at which the sessions of a block are over
   */
  record AdvanceTime(long elapsedNanos, long spanNanos) implements CtrlCommand {}

  /** Begins to move shards to their targets; a shard for which that makes no sense is skipped. */
  record StartMoves(List<Integer> shards) implements CtrlCommand {
    public StartMoves {
      shards = List.copyOf(shards);
    }
  }

  /** The targets hold everything: ownership changes here and nowhere else. */
  record CommitMoves(List<Ready> ready) implements CtrlCommand {
    public CommitMoves {
      ready = List.copyOf(ready);
    }
  }

  /**
   * The target of a move has said that it is ready.
   *
   * @param incarnation the life of the target group that said so
   */
  record Ready(long move, long incarnation, MoveTally tally) {}

  /** Only an abort helps; the new epoch is used up. */
  record AbortMove(long move, String reason) implements CtrlCommand {}

  /** Groups have let go of, or taken up, what the outcome of moves gave them. */
  record Acknowledge(List<Ack> acks) implements CtrlCommand {
    public Acknowledge {
      acks = List.copyOf(acks);
    }
  }

  /**
   * One side of a move is done with it.
   *
   * @param isTarget which side
   * @param incarnation the life of that side's group
   */
  record Ack(long move, boolean isTarget, long incarnation, MoveTally tally) {}
}
