package io.flotilla.shardctrler.rebalance;

/**
 * A move under way, as far as planning needs it.
 *
 * @param from gid, 0 for a first ownership
 * @param isStalled whether it waits for a group that does not answer
 */
public record Route(int shard, int from, int to, boolean isStalled) {}
