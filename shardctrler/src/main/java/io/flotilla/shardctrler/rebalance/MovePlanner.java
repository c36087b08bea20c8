package io.flotilla.shardctrler.rebalance;

import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which shards to begin to move now. Pure and deterministic. */
public final class MovePlanner {
  private MovePlanner() {}

  /**
   * The shards to start, ascending: every first ownership, and as many others as the limits allow.
   *
   * @param map the latest map
   * @param live every unfinished move
   * @param leaving groups that may not be given shards any more
   * @param resting shards whose last move failed a short while ago
   */
  public static List<Integer> plan(
      ShardMap map,
      Collection<Route> live,
      SortedSet<Integer> leaving,
      SortedSet<Integer> resting,
      MoveLimits limits) {
    Room room = new Room(limits);
    TreeSet<Integer> busy = new TreeSet<>(resting);
    for (Route route : live) {
      busy.add(route.shard());
      room.take(route);
    }
    List<Integer> starts = new ArrayList<>();
    for (int shard = 0; shard < map.shardCount(); shard++) {
      ShardEntry entry = map.shard(shard);
      int to = entry.target();
      boolean isPossible = map.groups().containsKey(to) && !leaving.contains(to);
      if (!isPossible || to == entry.owner() || busy.contains(shard)) {
        continue;
      }
      Route route = new Route(shard, entry.owner(), to, false);
      if (room.fits(route)) {
        room.take(route);
        starts.add(shard);
      }
    }
    return starts;
  }

  /** What the limits leave. */
  private static final class Room {
    private final MoveLimits limits;
    private final TreeMap<Integer, Integer> perGroup = new TreeMap<>();
    private int moves;
    private int stalled;

    Room(MoveLimits limits) {
      this.limits = limits;
    }

    boolean fits(Route route) {
      return route.from() == 0
          || (moves < limits.moves()
              && stalled < limits.stalled()
              && perGroup.getOrDefault(route.from(), 0) < limits.perGroup()
              && perGroup.getOrDefault(route.to(), 0) < limits.perGroup());
    }

    void take(Route route) {
      if (route.from() == 0) {
        return;
      }
      if (route.isStalled()) {
        stalled++;
        return;
      }
      moves++;
      perGroup.merge(route.from(), 1, Integer::sum);
      perGroup.merge(route.to(), 1, Integer::sum);
    }
  }
}
