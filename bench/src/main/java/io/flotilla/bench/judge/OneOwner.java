package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.shardkv.group.ShardState;
import java.util.List;

/** I1: at most one group serves a shard. */
final class OneOwner implements Truth.Listener {
  private final Truth truth;

  OneOwner(Truth truth) {
    this.truth = truth;
  }

  @Override
  public void advanced(Truth.Group group, List<ShardState> before) {
    for (int shard = 0; shard < group.shards.size(); shard++) {
      if (group.shard(shard).phase().serves()) {
        for (Truth.Group other : truth.groups()) {
          Check.that(
              other == group || !other.shard(shard).phase().serves(),
              "one owner: groups %s and %s serve shard %d",
              group.id,
              other.id,
              shard);
        }
      }
    }
  }
}
