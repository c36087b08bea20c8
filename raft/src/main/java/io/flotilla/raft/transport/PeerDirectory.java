package io.flotilla.raft.transport;

import io.flotilla.base.shard.NodeAddress;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which nodes exist and where they listen. Filled by the roles of a node from what the controller
 * says, and by nodes that say it themselves, who know better; owned by the node's loop.
 */
public final class PeerDirectory {
  private final TreeMap<Integer, NodeAddress> nodes = new TreeMap<>();
  private final TreeMap<Integer, NodeAddress> introduced = new TreeMap<>();

  /**
   * Learns a node, or its new address, from somebody else. What is read again at a start may be
   * long out of date, so it never replaces what the node has said itself, unless it is about
   * another store: then that node is gone.
   */
  public void put(NodeAddress address) {
    NodeAddress met = introduced.get(address.node());
    if (met == null || met.store() != address.store()) {
      introduced.remove(address.node());
      nodes.put(address.node(), address);
    }
  }

  /** Learns where a node is from the node itself. */
  public void introduce(NodeAddress address) {
    introduced.put(address.node(), address);
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
