package io.flotilla.shardkv.group;

import io.flotilla.raft.GroupId;

/**
 * What every command and report of a move carries, so that nothing of another move, an older epoch
 * or another life of the group can have an effect.
 *
 * @param move id of the move
 * @param shard which shard
 * @param epoch the epoch the move leads to; one more for what ends or drops an aborted one
 * @param group the group it is meant for, or comes from, in one of its lives
 */
public record Stamp(long move, int shard, long epoch, GroupId group) {}
