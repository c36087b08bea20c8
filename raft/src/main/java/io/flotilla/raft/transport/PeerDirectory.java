package io.flotilla.raft.transport;

import io.flotilla.base.shard.NodeAddress;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which nodes exist and where they listen. Filled by the roles of a node from what the controller
 * says; owned by the node's loop.
 */
public final class PeerDirectory {
  private final TreeMap<Integer, NodeAddress> nodes = new TreeMap<>();

  /** Learns a node, or its new address. */
  public void put(NodeAddress address) {
    nodes.put(address.node(), address);
  }

  /** Where {@code node} is, if known. */
  public Optional<NodeAddress> find(int node) {
    return Optional.ofNullable(nodes.get(node));
  }

  /** All known nodes by id. */
  public Collection<NodeAddress> all() {
    return nodes.values();
  }
}
