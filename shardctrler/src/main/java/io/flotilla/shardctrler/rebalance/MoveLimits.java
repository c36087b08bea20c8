package io.flotilla.shardctrler.rebalance;

import io.flotilla.base.check.Check;

/**
 * How much may move at once. A shard's first ownership moves no rows and counts for nothing here.
 *
 * @param moves moves under way in the cluster, stalled ones apart
 * @param perGroup of those, moves that leave or enter one group
 * @param stalled moves that wait for a group that does not answer; they hold no other place, so
 *     that a dead group stops nobody else
 */
public record MoveLimits(int moves, int perGroup, int stalled) {
  /** 8 moves, 2 for each group, 64 stalled ones besides. */
  public static final MoveLimits DEFAULT = new MoveLimits(8, 2, 64);

  public MoveLimits {
    Check.that(moves >= 1 && perGroup >= 1 && stalled >= 1, "move limits");
  }
}
