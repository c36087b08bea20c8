package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.raft.GroupId;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.ShardState;
import java.util.List;
import java.util.TreeMap;

/** E7: a session that is over never comes back: what a group and a shard it serves expire grows. */
final class Watermarks implements Truth.Listener {
  private final TreeMap<GroupId, Long> groups = new TreeMap<>();
  private final TreeMap<Integer, Long> served = new TreeMap<>();

  @Override
  public void advanced(Truth.Group group, List<ShardState> before) {
    long was = groups.getOrDefault(group.id, 0L);
    Check.that(
        group.expireBefore >= was,
        "watermarks: group %s expired sessions before block %d, now before %d",
        group.id,
        was,
        group.expireBefore);
    groups.put(group.id, group.expireBefore);
    for (int shard = 0; shard < group.shards.size(); shard++) {
      ShardState state = group.shard(shard);
      if (state.phase() == Phase.SERVING) {
        long known = served.getOrDefault(shard, 0L);
        Check.that(
            state.tally().expireBefore() >= known,
            "watermarks: shard %d expired sessions before block %d, now before %d at group %s",
            shard,
            known,
            state.tally().expireBefore(),
            group.id);
        served.put(shard, state.tally().expireBefore());
      }
    }
  }
}
