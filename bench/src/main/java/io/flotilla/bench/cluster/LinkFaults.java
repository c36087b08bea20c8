package io.flotilla.bench.cluster;

import io.flotilla.sim.SimNetwork;
import io.flotilla.sim.SimNode;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Ways in which servers stop reaching each other. */
final class LinkFaults {
  private final SimNetwork network;
  private final List<SimNode> servers;

  LinkFaults(SimCluster cluster) {
    this.network = cluster.simulation().network();
    this.servers = cluster.nodes().stream().map(ClusterNode::process).toList();
  }

  /** Cuts some links as {@code kind} says, around {@code one} if it needs somebody. */
  void cut(FaultKind kind, SimNode one, RandomGenerator random) {
    List<SimNode> some = new ArrayList<>();
    List<SimNode> others = new ArrayList<>();
    for (SimNode server : servers) {
      (random.nextBoolean() ? some : others).add(server);
    }
    switch (kind) {
      case ISOLATE -> network.isolate(one);
      case ONE_WAY -> others.forEach(other -> oneWay(other, one));
      case BRIDGE -> {
        some.remove(one);
        others.remove(one);
        network.partition(some, others);
      }
      case RING -> ring(shuffled(random));
      default -> network.partition(some, others);
    }
  }

  void heal() {
    network.heal();
  }

  private void oneWay(SimNode from, SimNode to) {
    if (from != to) {
      network.oneWay(from, to);
    }
  }

  private void ring(List<SimNode> order) {
    int size = order.size();
    for (int one = 0; one < size; one++) {
      for (int other = one + 2; other < size; other++) {
        if (one != 0 || other != size - 1) {
          network.partition(List.of(order.get(one)), List.of(order.get(other)));
        }
      }
    }
  }

  private List<SimNode> shuffled(RandomGenerator random) {
    List<SimNode> order = new ArrayList<>(servers);
    for (int at = order.size() - 1; at > 0; at--) {
      int with = random.nextInt(at + 1);
      SimNode moved = order.get(at);
      order.set(at, order.get(with));
      order.set(with, moved);
    }
    return order;
  }
}
