package io.flotilla.raft.host;

import io.flotilla.base.shard.NodeAddress;
import java.util.List;

/**
 * Whose data directory this is. The cluster it belongs to, the node and the directory itself are
 * different things with different ids; addresses are none of them and may change.
 *
 * @param node node id
 * @param store drawn when the directory was first used: a wiped node is another store
 * @param cluster cluster id; empty until the node is born
 * @param controllers first voters of the controller's group; empty on nodes without that role
 * @param shards number of shards of the cluster; 0 if not known here
 * @param replicas default replicas of a group; 0 if not known here
 */
public record Identity(
    int node, long store, String cluster, List<NodeAddress> controllers, int shards, int replicas) {
  public Identity {
    controllers = List.copyOf(controllers);
  }

  /** Whether the node belongs to a cluster. */
  public boolean isBorn() {
    return !cluster.isEmpty();
  }
}
