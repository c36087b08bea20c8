package io.flotilla.raft.host;

import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.wal.WalConfig;
import java.util.List;

/**
 * What a node is told about itself before it starts.
 *
 * @param node its id, at least 1
 * @param clientAddress where others reach its client port
 * @param peerAddress where others reach its peer port
 * @param controllers client addresses of the nodes that hold the controller
 * @param isController whether this node is one of them
 * @param raft how its groups behave
 * @param wal how its log is laid out
 */
public record NodeConfig(
    int node,
    String clientAddress,
    String peerAddress,
    List<String> controllers,
    boolean isController,
    RaftConfig raft,
    WalConfig wal) {
  public NodeConfig {
    controllers = List.copyOf(controllers);
  }
}
