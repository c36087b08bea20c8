package io.flotilla.bench.drill;

import io.flotilla.base.shard.ShardMap;
import io.flotilla.v1.JoinRequest;
import io.flotilla.v1.LeaveRequest;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Drills that change the configuration and hurt nobody. One thread. */
final class ConfigChanges {
  private static final long REST_MILLIS = 1_000;
  private static final int STORM_SHARDS = 12;

  private ConfigChanges() {}

  /** A group more, its share of the shards, a rest; then all of it back. */
  static void joinLeave(Stage stage) {
    while (stage.goesOn()) {
      int gid = stage.map().groups().lastKey() + 1;
      JoinRequest join = JoinRequest.newBuilder().addGroups(stage.site().group(gid)).build();
      RecordedLoad.Fault joins = stage.fault("group %d joins", gid);
      stage.ask(() -> stage.admin().join(join));
      stage.settle();
      joins.over();
      stage.hold(REST_MILLIS);
      RecordedLoad.Fault leaves = stage.fault("group %d leaves", gid);
      LeaveRequest leave = LeaveRequest.newBuilder().addGids(gid).build();
      stage.ask(() -> stage.admin().leave(leave));
      stage.settle();
      stage.until("group " + gid + " is gone", () -> !stage.map().groups().containsKey(gid));
      leaves.over();
      stage.hold(REST_MILLIS);
    }
  }

  /** Shards that go somewhere, and as soon as they are there somewhere else. */
  static void moveStorm(Stage stage) {
    while (stage.goesOn()) {
      ShardMap map = stage.map();
      List<Integer> gids = List.copyOf(map.groups().keySet());
      RecordedLoad.Fault storm = stage.fault("%d shards are moved", STORM_SHARDS);
      for (int shard : drawn(stage.random(), map.shardCount())) {
        int to = gids.get(stage.random().nextInt(gids.size()));
        stage.ask(() -> stage.admin().move(shard, to));
      }
      stage.settle();
      storm.over();
    }
  }

  /** Each once: a shard that is on its way already is not moved anywhere else. */
  private static NavigableSet<Integer> drawn(RandomGenerator random, int shards) {
    TreeSet<Integer> drawn = new TreeSet<>();
    while (drawn.size() < Math.min(STORM_SHARDS, shards)) {
      drawn.add(random.nextInt(shards));
    }
    return drawn;
  }
}
