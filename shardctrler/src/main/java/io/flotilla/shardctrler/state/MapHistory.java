package io.flotilla.shardctrler.state;

import io.flotilla.base.check.Check;
import io.flotilla.base.shard.ShardMap;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;

/**
 * All versions of the shard map that can still be asked for: the oldest in full, then what each
 * later one changed.
 */
final class MapHistory {
  /** Versions kept behind the latest; what groups and clients still need is far younger. */
  static final int VERSIONS_MAX = 10_000;

  private final ArrayDeque<MapDelta> deltas = new ArrayDeque<>();
  private ShardMap oldest;
  private ShardMap latest;

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
    latest = delta.applyTo(latest);
    if (deltas.size() > VERSIONS_MAX) {
      oldest = deltas.removeFirst().applyTo(oldest);
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
    ShardMap map = oldest;
    for (MapDelta delta : deltas) {
      if (map.version() == version) {
        break;
      }
      map = delta.applyTo(map);
    }
    return Optional.of(map);
  }
}
