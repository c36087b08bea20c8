package io.flotilla.shardctrler.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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

  @Test
  void keepsFewerVersionsIfTheyChangeMuch() {
    int shardCount = 4_096;
    MapHistory history = new MapHistory(ShardMap.empty(shardCount));
    int versions = MapHistory.WEIGHT_MAX / shardCount + 5;
    for (int version = 1; version <= versions; version++) {
      TreeMap<Integer, ShardEntry> shards = new TreeMap<>();
      for (int shard = 0; shard < shardCount; shard++) {
        shards.put(shard, new ShardEntry(1, 1, version));
      }
      history.append(new MapDelta(shards, List.of(), List.of()));
    }
    assertThat(history.oldest().version()).isEqualTo(5);
    assertThat(history.find(5)).contains(history.oldest());
    assertThat(history.find(77).orElseThrow().shard(4_095)).isEqualTo(new ShardEntry(1, 1, 77));
  }

  @Test
  void everyKeptVersionIsTheOneThatWas() {
    Random random = new Random(17);
    MapHistory history = new MapHistory(ShardMap.empty(8));
    List<ShardMap> maps = new ArrayList<>(List.of(history.latest()));
    for (int version = 1; version <= 300; version++) {
      TreeMap<Integer, ShardEntry> shards = new TreeMap<>();
      shards.put(random.nextInt(8), new ShardEntry(1, 1, version));
      GroupMembers group = new GroupMembers(1 + random.nextInt(5), version, List.of());
      List<Integer> removed =
          history.latest().groups().keySet().stream()
              .filter(gid -> gid != group.gid())
              .limit(random.nextInt(2))
              .toList();
      history.append(new MapDelta(shards, List.of(group), removed));
      maps.add(history.latest());
    }
    for (ShardMap map : maps) {
      assertThat(history.find(map.version())).contains(map);
    }
  }
}
