package io.flotilla.shardctrler.state;

import io.flotilla.base.check.Check;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All versions of the shard map that can still be asked for: the oldest in full, then what each
 * later one changed.
 */
final class MapHistory {
  /** Versions kept behind the latest; what groups and clients still need is far younger. */
  static final int VERSIONS_MAX = 10_000;

  /** What these may weigh together: some 40 MiB of a checkpoint. */
  static final int WEIGHT_MAX = 2_000_000;

  private final ArrayDeque<MapDelta> deltas = new ArrayDeque<>();
  private ShardMap oldest;
  private ShardMap latest;
  private int weight;

  MapHistory(ShardMap oldest) {
    this.oldest = oldest;
    this.latest = oldest;
  }

  ShardMap oldest() {
    return oldest;
  }

  ShardMap latest() {
    return latest;
  }

  /** From the oldest version on, in order. */
  Collection<MapDelta> deltas() {
    return Collections.unmodifiableCollection(deltas);
  }

  void append(MapDelta delta) {
    Check.that(!delta.isEmpty(), "a version that changes nothing");
    deltas.addLast(delta);
    weight += delta.weight();
    latest = delta.applyTo(latest);
    while (deltas.size() > VERSIONS_MAX || weight > WEIGHT_MAX) {
      MapDelta first = deltas.removeFirst();
      weight -= first.weight();
      oldest = first.applyTo(oldest);
    }
  }

  /** The map of {@code version}; empty if it is not kept any more. Version 0 always is. */
  Optional<ShardMap> find(long version) {
    Check.that(version >= 0 && version <= latest.version(), "version %d", version);
    if (version == latest.version()) {
      return Optional.of(latest);
    }
    if (version == 0) {
      return Optional.of(ShardMap.empty(latest.shardCount()));
    }
    if (version < oldest.version()) {
      return Optional.empty();
    }
    // In place: a map for each version on the way would hold up the node's loop for seconds.
    List<ShardEntry> shards = new ArrayList<>(oldest.shards());
    TreeMap<Integer, GroupMembers> groups = new TreeMap<>(oldest.groups());
    deltas.stream()
        .limit(version - oldest.version())
        .forEach(delta -> delta.applyTo(shards, groups));
    return Optional.of(new ShardMap(version, shards, groups));
  }
}
