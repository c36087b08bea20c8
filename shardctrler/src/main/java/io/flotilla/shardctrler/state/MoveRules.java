package io.flotilla.shardctrler.state;

import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.shardctrler.state.CtrlCommand.Ack;
import io.flotilla.shardctrler.state.CtrlCommand.Acknowledge;
import io.flotilla.shardctrler.state.CtrlCommand.CommitMoves;
import io.flotilla.shardctrler.state.CtrlCommand.Ready;
import io.flotilla.shardctrler.state.CtrlCommand.StartMoves;
import io.flotilla.shardctrler.state.CtrlResult.Refused;
import java.util.Optional;

/**
 * Rules about moves under way. What the driver sends may be late or doubled, so an item that does
 * not fit is skipped; only a person's command is refused.
 */
final class MoveRules {
  private final ControllerState state;
  private final ShardRules shards;
  private final GroupRules groups;

  MoveRules(ControllerState state, ShardRules shards, GroupRules groups) {
    this.state = state;
    this.shards = shards;
    this.groups = groups;
  }

  CtrlResult start(StartMoves start) {
    for (int shard : start.shards()) {
      boolean isShard = shard >= 0 && shard < state.draft().shardCount();
      if (isShard && state.moveOf(shard).isEmpty()) {
        ShardEntry entry = state.entry(shard);
        if (entry.target() != entry.owner() && state.isStaying(entry.target())) {
          state.begin(shard);
        }
      }
    }
    return shards.changed();
  }

  CtrlResult commit(CommitMoves commit) {
    for (Ready ready : commit.ready()) {
      Optional<Move> found = state.move(ready.move());
      // Only the target's present life holds the rows: an earlier one may have said so and gone.
      // SAFETY commit-only-a-copy-that-is-ready: by the life that holds the rows
      if (found.isPresent()
          && found.get().phase() == Move.Phase.COPY
          && ready.incarnation() == found.get().toIncarnation()
          && isAlive(found.get())) {
        Move move = found.get();
        state.draft().setOwner(move.shard(), move.to(), move.newEpoch());
        state.advance(move.committed(ready.tally()));
      }
    }
    return shards.changed();
  }

  CtrlResult abort(CtrlCommand.AbortMove abort) {
    Optional<Move> found = state.move(abort.move());
    // SAFETY abort-only-before-commit: a move has one end
    if (found.isPresent() && found.get().phase() == Move.Phase.COPY) {
      shards.abort(found.get(), abort.reason());
    }
    return shards.changed();
  }

  CtrlResult cancel(long id) {
    Optional<Move> found = state.move(id);
    if (found.isEmpty()) {
      boolean isOver = state.finished().stream().anyMatch(move -> move.id() == id);
      return new Refused(
          "move " + Long.toUnsignedString(id) + (isOver ? " is over" : " is unknown"));
    }
    Move move = found.get();
    // SAFETY committed-is-final: nobody takes a commit back
    if (move.phase() == Move.Phase.COMMITTED) {
      return new Refused("move " + id + " has committed; nothing can be taken back");
    }
    if (move.isFirstOwnership()) {
      return new Refused("move " + id + " gives shard " + move.shard() + " its first owner");
    }
    if (move.phase() == Move.Phase.COPY) {
      shards.abort(move, "cancelled");
      // Else the planner would begin it again at once.
      state.draft().setTarget(move.shard(), move.from());
    }
    return shards.changed();
  }

  CtrlResult acknowledge(Acknowledge acknowledge) {
    for (Ack ack : acknowledge.acks()) {
      state
          .move(ack.move())
          .filter(move -> move.phase() != Move.Phase.COPY && isOf(ack, move))
          .ifPresent(move -> state.advance(move.acked(ack.isTarget(), ack.tally())));
    }
    groups.removeEmptied();
    return shards.changed();
  }

  private boolean isAlive(Move move) {
    GroupMembers target = state.draft().groups().get(move.to());
    return target != null && target.incarnation() == move.toIncarnation();
  }

  private static boolean isOf(Ack ack, Move move) {
    return ack.incarnation() == (ack.isTarget() ? move.toIncarnation() : move.fromIncarnation());
  }
}
