package io.flotilla.bench.cluster;

import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupStatus;
import io.flotilla.shardkv.group.KvMachine;
import java.util.Optional;

/**
 * One replica as it was last seen, in one life of its node. Mutable, owned by {@link Watch}.
 *
 * <p>The machine is empty for the controller's group.
 */
final class Sight {
  final ClusterNode node;
  final int life;
  final GroupId group;
  final Optional<KvMachine> machine;
  GroupStatus status;

  /** Number of the last look that found it. */
  long lookedAt;

  Sight(ClusterNode node, GroupId group, Optional<KvMachine> machine, GroupStatus status) {
    this.node = node;
    this.life = node.process().lives();
    this.group = group;
    this.machine = machine;
    this.status = status;
  }

  /** Index of the last entry applied when it was last seen. */
  long applied() {
    return status.applied().index();
  }

  @Override
  public String toString() {
    return "group " + group + " on " + node.process().name();
  }
}
