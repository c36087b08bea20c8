package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.ShardState;
import java.util.List;

/** I7: after FREEZE nothing in the source's log has an effect on the shard. */
final class FrozenStill implements Truth.Listener {
  @Override
  public void advanced(Truth.Group group, List<ShardState> before) {
    for (int shard = 0; shard < Math.min(before.size(), group.shards.size()); shard++) {
      ShardState was = before.get(shard);
      ShardState is = group.shard(shard);
      boolean isSameFreeze =
          was.phase() == Phase.FROZEN
              && is.phase() == Phase.FROZEN
              && was.transit().move() == is.transit().move();
      Check.that(
          !isSameFreeze || was.tally().equals(is.tally()),
          "frozen still: shard %d of group %s went from %s to %s",
          shard,
          group.id,
          was.tally(),
          is.tally());
    }
  }
}
