package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.raft.GroupId;
import io.flotilla.shardctrler.state.Move;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.ShardState;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * I3: when a destination becomes READY, the source is frozen in the same move and what came in
 * counts as what is there: rows, bytes, sessions, changes. A move that was given up meanwhile may
 * become READY in vain.
 */
final class ReadyFits implements Truth.Listener {
  private final Truth truth;
  private final LongFunction<Optional<Move>> moves;

  /**
   * @param moves the controller's moves by their ids
   */
  ReadyFits(Truth truth, LongFunction<Optional<Move>> moves) {
    this.truth = truth;
    this.moves = moves;
  }

  @Override
  public void advanced(Truth.Group group, List<ShardState> before) {
    for (int shard = 0; shard < group.shards.size(); shard++) {
      ShardState state = group.shard(shard);
      boolean isNew =
          shard >= before.size()
              || before.get(shard).phase() != Phase.READY
              || before.get(shard).transit().move() != state.transit().move();
      if (state.phase() == Phase.READY && isNew && state.transit().peer() != 0) {
        check(group, shard, state);
      }
    }
  }

  private void check(Truth.Group group, int shard, ShardState ready) {
    Optional<Move> move = moves.apply(ready.transit().move());
    if (move.isEmpty()) {
      return; // Over, and forgotten: this replica came late to what the group did long ago.
    }
    GroupId from = new GroupId(move.get().from(), move.get().fromIncarnation());
    ShardState source = truth.group(from).shard(shard);
    boolean isBurnt = source.fence() > ready.transit().epoch();
    boolean isFrozen =
        source.phase() == Phase.FROZEN && source.transit().move() == ready.transit().move();
    Check.that(
        isBurnt || (isFrozen && source.tally().equals(ready.tally())),
        "ready fits: shard %d of group %s is ready with %s, group %s is %s with %s",
        shard,
        group.id,
        ready.tally(),
        from,
        source.phase(),
        source.tally());
  }
}
