package io.flotilla.bench.cluster;

import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.host.RaftHost;
import io.flotilla.shardctrler.service.ControllerRole;
import io.flotilla.shardkv.group.KvMachine;
import io.flotilla.shardkv.service.OpenGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Looks at every replica after every event and tells the judges what is different. One thread. */
final class Watch {
  private final SimCluster cluster;
  private final List<Judge> judges = new ArrayList<>();
  private final List<TreeMap<GroupId, Sight>> sights = new ArrayList<>();
  private long looks;

  Watch(SimCluster cluster) {
    this.cluster = cluster;
    cluster.nodes().forEach(node -> sights.add(new TreeMap<>()));
    cluster.simulation().afterEveryEvent(this::look);
  }

  void add(Judge judge) {
    judges.add(judge);
  }

  /** All replicas there were at the last look. */
  List<Sight> replicas() {
    List<Sight> all = new ArrayList<>();
    for (ClusterNode node : cluster.nodes()) {
      if (node.isStarted()) {
        for (Sight sight : sights.get(node.id() - 1).values()) {
          if (sight.lookedAt == looks) {
            all.add(sight);
          }
        }
      }
    }
    return all;
  }

  /** The replica that leads {@code group} in the highest term, if any does. */
  Optional<Sight> leader(GroupId group) {
    return replicas().stream()
        .filter(replica -> replica.group.equals(group) && replica.status.isLeader())
        .reduce((one, other) -> one.status.term() > other.status.term() ? one : other);
  }

  private void look() {
    looks++;
    for (ClusterNode node : cluster.nodes()) {
      Optional<RaftHost> host = node.host();
      if (host.isEmpty()) {
        continue;
      }
      Map<GroupId, Sight> known = sights.get(node.id() - 1);
      host.get()
          .status(ControllerRole.GROUP)
          .ifPresent(status -> look(node, known, ControllerRole.GROUP, Optional.empty(), status));
      if (node.operations().isPresent()) {
        for (OpenGroup group : node.operations().get().groups()) {
          look(node, known, group.raft().id(), Optional.of(group.machine()), group.raft().status());
        }
      }
    }
  }

  private void look(
      ClusterNode node,
      Map<GroupId, Sight> known,
      GroupId group,
      Optional<KvMachine> machine,
      GroupStatus status) {
    Sight sight = known.get(group);
    if (sight == null || sight.life != node.process().lives() || !isOf(sight, machine)) {
      Sight opened = new Sight(node, group, machine, status);
      opened.lookedAt = looks;
      known.put(group, opened);
      judges.forEach(judge -> judge.opened(opened));
      return;
    }
    sight.lookedAt = looks;
    if (!status.equals(sight.status)) {
      GroupStatus before = sight.status;
      sight.status = status;
      for (Judge judge : judges) {
        judge.changed(sight, before);
      }
    }
  }

  /** A group that is removed and created again has another machine. */
  private static boolean isOf(Sight sight, Optional<KvMachine> machine) {
    return sight.machine.equals(machine);
  }
}
