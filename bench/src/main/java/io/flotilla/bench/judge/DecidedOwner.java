package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.ShardState;
import java.util.List;

/** I2: a group serves a shard only under an epoch for which the controller has named it owner. */
final class DecidedOwner implements Truth.Listener {
  private final Truth truth;

  DecidedOwner(Truth truth) {
    this.truth = truth;
  }

  @Override
  public void advanced(Truth.Group group, List<ShardState> before) {
    for (int shard = 0; shard < group.shards.size(); shard++) {
      ShardState state = group.shard(shard);
      if (state.phase() == Phase.SERVING) {
        Check.that(
            truth.isDecided(new Truth.Ownership(shard, state.epoch(), group.id.gid())),
            "decided owner: group %s serves shard %d under epoch %d, which nobody decided",
            group.id,
            shard,
            state.epoch());
      }
    }
  }
}
