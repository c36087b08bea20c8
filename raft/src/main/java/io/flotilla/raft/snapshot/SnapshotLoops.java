package io.flotilla.raft.snapshot;

import io.flotilla.base.runtime.EventLoop;

/**
 * The two loops a transfer runs between.
 *
 * @param loop owns the group and the transfer
 * @param files where reading and writing may block
 */
public record SnapshotLoops(EventLoop loop, EventLoop files) {}
