package io.flotilla.raft.core;

/**
 * Permission to serve a read: linearizable once {@code index} is applied.
 *
 * @param readId as given to {@link RaftCore#readIndex} or {@link RaftCore#readAnywhere}
 * @param index what must be applied first
 */
public record ReadGrant(long readId, long index) {}
