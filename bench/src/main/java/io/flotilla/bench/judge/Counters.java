package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.shardkv.group.ShardState;
import java.util.List;
import java.util.TreeMap;

/**
 * The modification counter of a shard grows, wherever it is served: versions are fencing tokens.
 */
final class Counters implements Truth.Listener {
  private final TreeMap<Integer, Long> served = new TreeMap<>();

  @Override
  public void advanced(Truth.Group group, List<ShardState> before) {
    for (int shard = 0; shard < group.shards.size(); shard++) {
      ShardState state = group.shard(shard);
      if (state.phase().serves()) {
        long known = served.getOrDefault(shard, 0L);
        Check.that(
            state.tally().counter() >= known,
            "counters: shard %d was changed %d times, group %s knows of %d",
            shard,
            known,
            group.id,
            state.tally().counter());
        served.put(shard, state.tally().counter());
      }
    }
  }
}
