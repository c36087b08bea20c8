package io.flotilla.shardctrler.service;

import io.flotilla.base.shard.NodeAddress;
import java.util.List;

/**
 * What the controller knows of its cluster without having decided it.
 *
 * @param cluster the cluster's id
 * @param controllers its first voters
 * @param blockLifeNanos how long the sessions of a leased block may be used
 */
record Birthright(String cluster, List<NodeAddress> controllers, long blockLifeNanos) {
  Birthright {
    controllers = List.copyOf(controllers);
  }
}
