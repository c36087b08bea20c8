package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.shardkv.group.ShardState;
import java.util.List;

/** I5: fences never go back, and no shard is owned above its fence. */
final class Fences implements Truth.Listener {
  @Override
  public void advanced(Truth.Group group, List<ShardState> before) {
    for (int shard = 0; shard < group.shards.size(); shard++) {
      ShardState state = group.shard(shard);
      long fence = shard < before.size() ? before.get(shard).fence() : 0;
      Check.that(
          state.fence() >= fence && state.fence() >= state.epoch(),
          "fences: shard %d of group %s is at fence %d and epoch %d, its fence was %d",
          shard,
          group.id,
          state.fence(),
          state.epoch(),
          fence);
    }
  }
}
