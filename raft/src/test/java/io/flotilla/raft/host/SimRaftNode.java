package io.flotilla.raft.host;

import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.wal.WalConfig;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** One {@link Node} in a simulation: the production assembly over simulated seams. */
public final class SimRaftNode {
  private final Simulation simulation;
  private final SimNode process;
  private final int id;
  private final Supplier<NodeRole> role;
  private final List<String> failures = new ArrayList<>();
  private boolean isLatched;
  private final RaftConfig config;
  private final WalConfig wal;
  private Node node;
  private boolean isStarted;

  public SimRaftNode(Simulation simulation, int id, RaftConfig config, Supplier<NodeRole> role) {
    this(simulation, id, config, WalConfig.SMALL, role);
  }

  public SimRaftNode(
      Simulation simulation, int id, RaftConfig config, WalConfig wal, Supplier<NodeRole> role) {
    this.simulation = simulation;
    this.process = simulation.node("node" + id);
    this.id = id;
    this.config = config;
    this.wal = wal;
    this.role = role;
    boot();
  }

  public SimNode process() {
    return process;
  }

  public int id() {
    return id;
  }

  public boolean isStarted() {
    return process.isAlive() && isStarted;
  }

  public RaftHost host() {
    return node.host().orElseThrow();
  }

  public List<String> failures() {
    return failures;
  }

  /** Whether its disk has failed in this life, so that it waits for an operator. */
  public boolean isLatched() {
    return process.isAlive() && isLatched;
  }

  public String clientAddress() {
    return "node" + id + ":7100";
  }

  public String peerAddress() {
    return "node" + id + ":7300";
  }

  public void crash(boolean powerLoss) {
    isStarted = false;
    process.crash(powerLoss);
  }

  public void restart() {
    process.restart(this::boot);
  }

  private void boot() {
    isStarted = false;
    isLatched = false;
    Seams seams =
        new Seams(
            process.loop("main"),
            process.loop("log"),
            process.loop("file"),
            process.disk(),
            simulation.network().rpc(process),
            simulation.network().server(process, clientAddress()),
            simulation.network().wire(process, peerAddress()),
            process.random("node"),
            simulation.meter());
    node =
        new Node(
            seams,
            new NodeConfig(id, clientAddress(), peerAddress(), List.of(), true, config, wal),
            List.of(role.get()),
            new NodeListener() {
              @Override
              public void waiting() {}

              @Override
              public void started() {
                isStarted = true;
              }

              @Override
              public void failed(String reason) {
                // A disk that fails while the node starts is the same trouble as later on.
                if (reason.contains("input/output error")) {
                  isLatched = true;
                } else {
                  failures.add(reason);
                }
              }

              @Override
              public void damaged(String what) {}

              @Override
              public void latched(String reason) {
                isLatched = true;
              }
            });
    node.start();
  }
}
