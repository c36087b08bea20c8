package io.flotilla.base.shard;

/**
 * A node and where to find it.
 *
 * @param node node id, at least 1
 * @param store id of its data directory; a wiped node has another one
 * @param client address of its client port, {@code host:port}
 * @param peer address of its peer port
 */
public record NodeAddress(int node, long store, String client, String peer) {}
