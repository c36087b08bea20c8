package io.flotilla.shardctrler.state;

import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
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
  private static final int GROUP_WEIGHT = 16;

  ShardMap applyTo(ShardMap map) {
    List<ShardEntry> entries = new ArrayList<>(map.shards());
    TreeMap<Integer, GroupMembers> members = new TreeMap<>(map.groups());
    applyTo(entries, members);
    return new ShardMap(map.version() + 1, entries, members);
  }

  /** Changes the parts of a map in place. */
  void applyTo(List<ShardEntry> entries, NavigableMap<Integer, GroupMembers> members) {
    shards.forEach(entries::set);
    removed.forEach(members::remove);
    groups.forEach(group -> members.put(group.gid(), group));
  }

  /** What keeping it costs, in shard entries; a group counts for its members' addresses. */
  int weight() {
    return shards.size() + GROUP_WEIGHT * groups.size() + removed.size();
  }

  boolean isEmpty() {
    return shards.isEmpty() && groups.isEmpty() && removed.isEmpty();
  }
}
