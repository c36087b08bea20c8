package io.flotilla.shardctrler.rebalance;

/**
 * Where one shard is assigned, and how firmly.
 *
 * @param gid the group, 0 for none
 * @param hold what taking it away would cost
 */
public record Place(int gid, Hold hold) {
  /** What taking a shard away from its group would cost; the cheapest go first. */
  public enum Hold {
    /** Assigned, but its rows are elsewhere: nothing is lost. */
    LOOSE,
    /** Its rows are there: one move. */
    HOME,
    /** Its rows are on their way there: a second move right after the first. */
    MOVING,
    /** An operator wants it there: not unless the group itself goes. */
    PINNED
  }
}
