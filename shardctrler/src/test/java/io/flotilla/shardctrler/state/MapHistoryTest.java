package io.flotilla.shardctrler.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class MapHistoryTest {
  @Test
  void keepsTheNewestVersionsAndTheEmptyMap() {
    MapHistory history = new MapHistory(ShardMap.empty(2));
    int versions = MapHistory.VERSIONS_MAX + 5;
    for (int version = 1; version <= versions; version++) {
      TreeMap<Integer, ShardEntry> shards = new TreeMap<>();
      shards.put(version % 2, new ShardEntry(1, 1, version));
      history.append(new MapDelta(shards, List.of(), List.of()));
    }
    assertThat(history.latest().version()).isEqualTo(versions);
    assertThat(history.oldest().version()).isEqualTo(5);
    assertThat(history.find(4)).isEmpty();
    assertThat(history.find(0)).contains(ShardMap.empty(2));
    assertThat(history.find(7).orElseThrow().shard(1)).isEqualTo(new ShardEntry(1, 1, 7));
    assertThat(history.find(7).orElseThrow().shard(0)).isEqualTo(new ShardEntry(1, 1, 6));
  }
}
