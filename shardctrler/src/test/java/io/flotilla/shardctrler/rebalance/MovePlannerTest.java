package io.flotilla.shardctrler.rebalance;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class MovePlannerTest {
  private static final MoveLimits LIMITS = new MoveLimits(3, 2, 4);
  private static final TreeSet<Integer> NOBODY = new TreeSet<>();

  @Test
  void firstOwnershipIsOutsideTheLimits() {
    ShardMap map = map(16, shard -> new ShardEntry(1 + shard % 3, 0, 0));
    assertThat(MovePlanner.plan(map, List.of(), NOBODY, NOBODY, LIMITS)).hasSize(16);
  }

  @Test
  void aGroupSendsAndReceivesOnlySoManyAtOnce() {
    ShardMap map = map(16, shard -> new ShardEntry(2, 1, 1));
    assertThat(MovePlanner.plan(map, List.of(), NOBODY, NOBODY, LIMITS)).containsExactly(0, 1);
  }

  @Test
  void theClusterMovesOnlySoManyAtOnce() {
    ShardMap map = map(16, shard -> new ShardEntry(1 + (shard + 1) % 4, 1 + shard % 4, 1));
    assertThat(MovePlanner.plan(map, List.of(), NOBODY, NOBODY, LIMITS)).hasSize(3);
  }

  @Test
  void shardsInAMoveOrAtRestWait() {
    ShardMap map = map(4, shard -> new ShardEntry(2, 1, 1));
    assertThat(
            MovePlanner.plan(
                map, List.of(new Route(0, 1, 2, false)), NOBODY, new TreeSet<>(List.of(1)), LIMITS))
        .containsExactly(2);
  }

  @Test
  void movesThatWaitForADeadGroupKeepNobodyElseWaiting() {
    ShardMap map = map(4, shard -> new ShardEntry(3, shard < 2 ? 1 : 2, 1));
    List<Route> stalled = List.of(new Route(0, 1, 3, true), new Route(1, 1, 3, true));
    assertThat(MovePlanner.plan(map, stalled, NOBODY, NOBODY, LIMITS)).containsExactly(2, 3);
  }

  @Test
  void stalledMovesAreBoundedToo() {
    ShardMap map = map(8, shard -> new ShardEntry(3, 1, 1));
    List<Route> stalled = new ArrayList<>();
    for (int shard = 0; shard < LIMITS.stalled(); shard++) {
      stalled.add(new Route(shard, 1, 3, true));
    }
    assertThat(MovePlanner.plan(map, stalled, NOBODY, NOBODY, LIMITS)).isEmpty();
  }

  @Test
  void nothingMovesToAGroupThatLeavesOrIsGone() {
    ShardMap map = map(4, shard -> new ShardEntry(shard < 2 ? 2 : 9, 1, 1));
    assertThat(MovePlanner.plan(map, List.of(), new TreeSet<>(List.of(2)), NOBODY, LIMITS))
        .isEmpty();
  }

  private interface Entries {
    ShardEntry of(int shard);
  }

  private static ShardMap map(int shards, Entries entries) {
    List<ShardEntry> list = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      list.add(entries.of(shard));
    }
    TreeMap<Integer, GroupMembers> groups = new TreeMap<>();
    for (int gid = 1; gid <= 4; gid++) {
      groups.put(gid, new GroupMembers(gid, 1, List.of()));
    }
    return new ShardMap(1, list, groups);
  }
}
