package io.flotilla.raft.host;

import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.RaftGroup;
import io.flotilla.raft.wal.WalConfig;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A newborn cluster of nodes in a simulation, each with one replica of every ledger. */
final class SimRaftCluster {
  static final long SECOND = 1_000_000_000L;

  private final List<SimRaftNode> nodes = new ArrayList<>();
  private final List<LedgerGroup> ledgers;
  private final TreeMap<Integer, LedgerRole> roles = new TreeMap<>();

  SimRaftCluster(
      Simulation simulation, int size, RaftConfig config, List<LedgerGroup> ledgers, int bytes) {
    this(simulation, size, config, WalConfig.SMALL, ledgers, bytes);
  }

  SimRaftCluster(
      Simulation simulation,
      int size,
      RaftConfig config,
      WalConfig wal,
      List<LedgerGroup> ledgers,
      int bytes) {
    this.ledgers = ledgers;
    for (int id = 1; id <= size; id++) {
      int node = id;
      nodes.add(
          new SimRaftNode(
              simulation,
              id,
              config,
              wal,
              () -> {
                roles.put(node, new LedgerRole(node, ledgers, bytes));
                return roles.get(node);
              }));
    }
    SimBirth.bear(simulation, nodes);
  }

  List<SimRaftNode> nodes() {
    return nodes;
  }

  SimRaftNode node(int id) {
    return nodes.get(id - 1);
  }

  List<LedgerGroup> ledgers() {
    return ledgers;
  }

  RaftGroup<Long> replica(int node, LedgerGroup ledger) {
    return roles.get(node).group(ledger);
  }

  /** A started node that believes it leads; not always the only one that does. */
  Optional<SimRaftNode> leader(LedgerGroup ledger) {
    return nodes.stream().filter(node -> leads(node, ledger)).findFirst();
  }

  boolean leads(SimRaftNode node, LedgerGroup ledger) {
    return node.isStarted() && replica(node.id(), ledger).status().isLeader();
  }

  void onLoop(SimRaftNode node, Runnable task) {
    node.process().loop("main").execute(task);
  }
}
