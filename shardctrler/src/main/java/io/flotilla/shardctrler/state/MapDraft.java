package io.flotilla.shardctrler.state;

import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The map while a command works on it. It remembers what was touched, not what it was before. */
final class MapDraft {
  private final ArrayList<ShardEntry> shards;
  private final TreeMap<Integer, GroupMembers> groups;
  private final TreeSet<Integer> touchedShards = new TreeSet<>();
  private final TreeSet<Integer> touchedGroups = new TreeSet<>();

  MapDraft(ShardMap map) {
    shards = new ArrayList<>(map.shards());
    groups = new TreeMap<>(map.groups());
  }

  int shardCount() {
    return shards.size();
  }

  ShardEntry shard(int shard) {
    return shards.get(shard);
  }

  NavigableMap<Integer, GroupMembers> groups() {
    return Collections.unmodifiableNavigableMap(groups);
  }

  void setTarget(int shard, int target) {
    ShardEntry entry = shards.get(shard);
    set(shard, new ShardEntry(target, entry.owner(), entry.epoch()));
  }

  void setOwner(int shard, int owner, long epoch) {
    set(shard, new ShardEntry(shards.get(shard).target(), owner, epoch));
  }

  void put(GroupMembers group) {
    groups.put(group.gid(), group);
    touchedGroups.add(group.gid());
  }

  void remove(int gid) {
    groups.remove(gid);
    touchedGroups.add(gid);
  }

  /** What differs from {@code before}, and forgets what was touched. */
  MapDelta drain(ShardMap before) {
    TreeMap<Integer, ShardEntry> changedShards = new TreeMap<>();
    for (int shard : touchedShards) {
      if (!before.shard(shard).equals(shards.get(shard))) {
        changedShards.put(shard, shards.get(shard));
      }
    }
    List<GroupMembers> changed = new ArrayList<>();
    List<Integer> removed = new ArrayList<>();
    for (int gid : touchedGroups) {
      Optional<GroupMembers> now = Optional.ofNullable(groups.get(gid));
      if (now.isEmpty() && before.groups().containsKey(gid)) {
        removed.add(gid);
      } else if (now.isPresent() && !Objects.equals(now.get(), before.groups().get(gid))) {
        changed.add(now.get());
      }
    }
    touchedShards.clear();
    touchedGroups.clear();
    return new MapDelta(changedShards, changed, removed);
  }

  private void set(int shard, ShardEntry entry) {
    shards.set(shard, entry);
    touchedShards.add(shard);
  }
}
