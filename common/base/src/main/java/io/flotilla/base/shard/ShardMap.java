package io.flotilla.base.shard;

import com.google.protobuf.ByteString;
import io.flotilla.base.check.Check;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One version of the assignment of shards to groups. Immutable; any thread.
 *
 * @param version counts every change; 0 is the empty map before the first group joined
 * @param shards one entry for each shard; their number never changes in a cluster's life
 * @param groups the groups that exist, by gid
 */
public record ShardMap(
    long version, List<ShardEntry> shards, SortedMap<Integer, GroupMembers> groups) {
  public ShardMap {
    Check.that(KeySlot.isValidShardCount(shards.size()), "shard count %d", shards.size());
    shards = List.copyOf(shards);
    groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
  }

  /** The map of a newborn cluster: no group, nothing owned. */
  public static ShardMap empty(int shardCount) {
    return new ShardMap(0, Collections.nCopies(shardCount, ShardEntry.NONE), new TreeMap<>());
  }

  /** How many shards the cluster has. */
  public int shardCount() {
    return shards.size();
  }

  /** The shard of {@code key}. */
  public int shardOf(ByteString key) {
    return KeySlot.shard(key, shards.size());
  }

  /** The entry of {@code shard}. */
  public ShardEntry shard(int shard) {
    return shards.get(shard);
  }
}
