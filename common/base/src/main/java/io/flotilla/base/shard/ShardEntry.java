package io.flotilla.base.shard;

/**
 * Where one shard is and where it should be.
 *
 * @param target gid it is assigned to, 0 for none
 * @param owner gid whose data is current, 0 for none; follows {@code target} when a move commits
 * @param epoch ownership epoch; grows with every change of ownership and every aborted move
 */
public record ShardEntry(int target, int owner, long epoch) {
  /** A shard that nobody owns yet. */
  public static final ShardEntry NONE = new ShardEntry(0, 0, 0);
}
