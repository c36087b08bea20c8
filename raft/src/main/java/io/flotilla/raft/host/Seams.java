package io.flotilla.raft.host;

import io.flotilla.base.Meter;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcServer;
import io.flotilla.base.rpc.Wire;
import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.EventLoop;
import java.util.random.RandomGenerator;

/**
 * The world as one node sees it: everything real about a server, everything simulated in a seed.
 *
 * @param loop owns the groups and every other mutable fact of the node
 * @param logLoop where the write-ahead log blocks; nothing else runs there
 * @param fileLoop where checkpoints and snapshots block, so that the log never waits for them
 * @param disk the node's directory
 * @param rpc questions to other processes
 * @param server the client port, bound before it opens
 * @param wire frames to and from peers
 * @param random the node's only source of chance
 * @param meter what is counted
 */
public record Seams(
    EventLoop loop,
    EventLoop logLoop,
    EventLoop fileLoop,
    Disk disk,
    Rpc rpc,
    RpcServer server,
    Wire wire,
    RandomGenerator random,
    Meter meter) {}
