package io.flotilla.client;

import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardMap;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * The nodes to ask about anything that any node can answer: those configured first, then those the
 * map names. Owned by the loop.
 */
final class Endpoints {
  private final List<String> configured;
  private List<String> all;
  private int current;

  /** Begins anywhere: else every client of a cluster would ask the node that is named first. */
  Endpoints(List<String> configured, RandomGenerator random) {
    this.configured = configured;
    this.all = configured;
    this.current = random.nextInt(configured.size());
  }

  String current() {
    return all.get(Math.floorMod(current, all.size()));
  }

  int count() {
    return all.size();
  }

  /** The current one did not answer: the next one's turn. */
  void next() {
    current = Math.floorMod(current + 1, all.size());
  }

  /** Learns the nodes of a map; the current one stays current. */
  void learn(ShardMap map) {
    String kept = current();
    TreeSet<String> known = new TreeSet<>();
    for (GroupMembers group : map.groups().values()) {
      for (NodeAddress node : group.nodes()) {
        known.add(node.client());
      }
    }
    known.removeAll(configured);
    List<String> merged = new ArrayList<>(configured);
    merged.addAll(known);
    all = merged;
    current = Math.max(0, merged.indexOf(kept));
  }
}
