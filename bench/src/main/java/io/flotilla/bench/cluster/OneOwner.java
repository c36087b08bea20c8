package io.flotilla.bench.cluster;

import io.flotilla.base.check.Check;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.ShardState;
import java.util.List;

/**
 * At most one group serves a shard; it serves it under an epoch that the controller has given it;
 * and fences never go back.
 */
final class OneOwner implements Truth.Listener {
  private final Truth truth;

  OneOwner(Truth truth) {
    this.truth = truth;
    truth.listen(this);
  }

  @Override
  public void advanced(Truth.Group group, List<ShardState> before) {
    for (int shard = 0; shard < group.shards.size(); shard++) {
      ShardState state = group.shard(shard);
      if (shard < before.size()) {
        if (before.get(shard).equals(state)) {
          continue;
        }
        Check.that(
            state.fence() >= before.get(shard).fence(),
            "fences: shard %d of group %s went back",
            shard,
            group.id);
      }
      if (state.phase().serves()) {
        checkAlone(group, shard);
      }
      if (state.phase() == Phase.SERVING) {
        Check.that(
            truth.isDecided(new Truth.Ownership(shard, state.epoch(), group.id.gid())),
            "ownership: group %s serves shard %d under epoch %d, which nobody decided",
            group.id,
            shard,
            state.epoch());
      }
    }
  }

  private void checkAlone(Truth.Group group, int shard) {
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
