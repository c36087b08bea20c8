package io.flotilla.shardkv.group;

import io.flotilla.raft.GroupId;
import java.util.Arrays;

/**
 * How one group stands to every shard, and what it knows across shards. Mutable, on the group's
 * loop; changed by the rules only.
 */
public final class ShardStates {
  private final GroupId group;
  private final ShardListener listener;
  private ShardState[] byShard = new ShardState[0];
  private long expireBefore;
  private long sessionRows;

  /** Knows nothing yet; {@code listener} is called within {@link #set}. */
  public ShardStates(GroupId group, ShardListener listener) {
    this.group = group;
    this.listener = listener;
  }

  /** Whose states these are. */
  public GroupId group() {
    return group;
  }

  /** All shards ever heard of have lower numbers. */
  public int bound() {
    return byShard.length;
  }

  /** How the group stands to {@code shard}. */
  public ShardState get(int shard) {
    return shard < byShard.length ? byShard[shard] : ShardState.UNKNOWN;
  }

  /** Replaces what is known of {@code shard}. */
  void set(int shard, ShardState state) {
    if (shard >= byShard.length) {
      int old = byShard.length;
      byShard = Arrays.copyOf(byShard, shard + 1);
      Arrays.fill(byShard, old, shard + 1, ShardState.UNKNOWN);
    }
    ShardState before = byShard[shard];
    byShard[shard] = state;
    sessionRows += state.tally().sessions() - before.tally().sessions();
    if (!before.standsLike(state)) {
      listener.changed(shard, before, state);
    }
  }

  /** Highest block below which this group was told that sessions are over. */
  public long expireBefore() {
    return expireBefore;
  }

  /** Never goes back: commands may arrive in any order. */
  void raiseExpireBefore(long block) {
    expireBefore = Math.max(expireBefore, block);
  }

  /** Session rows of all shards together. */
  public long sessionRows() {
    return sessionRows;
  }
}
