package io.flotilla.bench.cluster;

import io.flotilla.bench.judge.Insight;
import io.flotilla.bench.judge.Judge;
import io.flotilla.bench.judge.Sight;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.host.RaftHost;
import io.flotilla.shardctrler.service.ControllerRole;
import io.flotilla.shardkv.group.KvMachine;
import io.flotilla.shardkv.service.OpenGroup;
import io.flotilla.shardkv.service.Operations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Looks at every replica after every event and tells the judges what is different. One thread. */
final class Watch {
  private final SimCluster cluster;
  private final List<Judge> judges = new ArrayList<>();
  private final List<TreeMap<GroupId, Found>> found = new ArrayList<>();
  private long looks;

  /** A sight, and the number of the last look that found it. */
  private static final class Found {
    final Sight sight;
    long lookedAt;

    Found(Sight sight) {
      this.sight = sight;
    }
  }

  Watch(SimCluster cluster) {
    this.cluster = cluster;
    cluster.nodes().forEach(node -> found.add(new TreeMap<>()));
    cluster.simulation().afterEveryEvent(this::look);
    cluster.tap(this::sent);
  }

  void add(Judge judge) {
    judges.add(judge);
  }

  /** All replicas there were at the last look. */
  List<Sight> replicas() {
    List<Sight> all = new ArrayList<>();
    for (ClusterNode node : cluster.nodes()) {
      if (node.isStarted()) {
        for (Found each : found.get(node.id() - 1).values()) {
          if (each.lookedAt == looks) {
            all.add(each.sight);
          }
        }
      }
    }
    return all;
  }

  /** The replica that leads {@code group} in the highest term, if any does. */
  Optional<Sight> leader(GroupId group) {
    return replicas().stream()
        .filter(replica -> replica.group.equals(group) && replica.status().isLeader())
        .reduce((one, other) -> one.status().term() > other.status().term() ? one : other);
  }

  private void look() {
    looks++;
    for (ClusterNode node : cluster.nodes()) {
      Optional<RaftHost> host = node.host();
      if (host.isPresent()) {
        look(node, host.get());
      }
    }
  }

  private void look(ClusterNode node, RaftHost host) {
    Map<GroupId, Found> known = found.get(node.id() - 1);
    Optional<GroupStatus> controller = host.status(ControllerRole.GROUP);
    if (controller.isPresent()) {
      Found one = known.get(ControllerRole.GROUP);
      if (one == null || one.sight.life != node.process().lives()) {
        open(node, ControllerRole.GROUP, new Insights.OfController(node, host), controller.get());
      } else {
        look(one, controller.get());
      }
    }
    for (OpenGroup group : node.operations().map(Operations::groups).orElse(List.of())) {
      GroupId id = group.raft().id();
      Found one = known.get(id);
      if (one == null || one.sight.life != node.process().lives() || !isOf(one, group.machine())) {
        Insight insight = new Insights.OfGroup(host, id, group.machine());
        open(node, id, insight, group.raft().status());
      } else {
        look(one, group.raft().status());
      }
    }
  }

  private void open(ClusterNode node, GroupId group, Insight insight, GroupStatus status) {
    Sight opened = new Sight(node.home(), node.process().lives(), group, insight, status);
    Found one = new Found(opened);
    one.lookedAt = looks;
    found.get(node.id() - 1).put(group, one);
    for (Judge judge : judges) {
      judge.opened(opened);
    }
  }

  private void look(Found one, GroupStatus status) {
    one.lookedAt = looks;
    if (!status.equals(one.sight.status())) {
      GroupStatus before = one.sight.see(status);
      for (Judge judge : judges) {
        judge.changed(one.sight, before);
      }
    }
  }

  private void sent(ClusterNode from, int to, GroupId group, Message message) {
    long term =
        from.host()
            .flatMap(host -> host.status(group))
            .map(GroupStatus::term)
            .orElse(message.term());
    for (Judge judge : judges) {
      judge.sent(from.home(), to, group, message, term);
    }
  }

  /** A group that is removed and created again has another machine. */
  private static boolean isOf(Found one, KvMachine machine) {
    return one.sight.insight instanceof Insights.OfGroup known && known.machine() == machine;
  }
}
