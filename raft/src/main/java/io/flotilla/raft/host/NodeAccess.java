package io.flotilla.raft.host;

import io.flotilla.base.shard.NodeAddress;
import io.flotilla.raft.transport.PeerDirectory;
import java.util.Optional;

/**
 * What a role may use of its node. Owned by the loop.
 *
 * @param seams the world
 * @param identity whose directory this is
 * @param config what the node was told
 * @param host opens and removes replicas
 * @param directory where peers are
 * @param listener hears what an operator should know
 */
public record NodeAccess(
    Seams seams,
    Identity identity,
    NodeConfig config,
    RaftHost host,
    PeerDirectory directory,
    NodeListener listener) {
  /** Learns a node or its new address, so that frames to and from it are accepted. */
  public void learn(NodeAddress address) {
    directory.put(address);
  }

  /** Where {@code other} is now, as far as this node knows. */
  public Optional<NodeAddress> find(int other) {
    return directory.find(other);
  }

  /** This node as others reach it. */
  public NodeAddress self() {
    return new NodeAddress(
        identity.node(), identity.store(), config.clientAddress(), config.peerAddress());
  }
}
