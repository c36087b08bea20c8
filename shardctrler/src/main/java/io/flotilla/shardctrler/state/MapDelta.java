package io.flotilla.shardctrler.state;

import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one version of the map changed against the one before.
 *
 * @param shards changed entries by shard
 * @param groups groups that are new or have changed
 * @param removed gids that are gone
 */
record MapDelta(
    SortedMap<Integer, ShardEntry> shards, List<GroupMembers> groups, List<Integer> removed) {
  ShardMap applyTo(ShardMap map) {
    List<ShardEntry> entries = new ArrayList<>(map.shards());
    shards.forEach(entries::set);
    TreeMap<Integer, GroupMembers> members = new TreeMap<>(map.groups());
    removed.forEach(members::remove);
    groups.forEach(group -> members.put(group.gid(), group));
    return new ShardMap(map.version() + 1, entries, members);
  }

  boolean isEmpty() {
    return shards.isEmpty() && groups.isEmpty() && removed.isEmpty();
  }
}
