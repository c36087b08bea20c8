package io.flotilla.shardctrler.service;

import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.host.Node;
import io.flotilla.raft.host.NodeConfig;
import io.flotilla.raft.host.NodeListener;
import io.flotilla.raft.host.NodeRole;
import io.flotilla.raft.host.Seams;
import io.flotilla.raft.wal.WalConfig;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One server of a simulated cluster: the production assembly over simulated seams. */
final class SimServer {
  private final Simulation simulation;
  private final int id;
  private final boolean isController;
  private final FakeGroups groups;
  private final ControllerConfig config;
  private final RaftConfig raft;
  private final List<String> failures = new ArrayList<>();
  private final SimNode process;
  private Optional<ControllerRole> controller = Optional.empty();
  private boolean isStarted;

  SimServer(
      Simulation simulation,
      int id,
      boolean isController,
      FakeGroups groups,
      ControllerConfig config,
      RaftConfig raft) {
    this.simulation = simulation;
    this.id = id;
    this.isController = isController;
    this.groups = groups;
    this.config = config;
    this.raft = raft;
    this.process = simulation.node("node" + id);
    boot();
  }

  static String address(int id) {
    return "node" + id + ":7100";
  }

  SimNode process() {
    return process;
  }

  boolean isStarted() {
    return process.isAlive() && isStarted;
  }

  List<String> failures() {
    return failures;
  }

  /** The controller's replica of this server. */
  Optional<ControllerRole> controller() {
    return process.isAlive() ? controller : Optional.empty();
  }

  void restart() {
    process.restart(this::boot);
  }

  private void boot() {
    isStarted = false;
    List<NodeRole> roles = new ArrayList<>();
    if (isController) {
      ControllerRole role = new ControllerRole(config);
      controller = Optional.of(role);
      roles.add(role);
    } else {
      roles.add(new ControllerProxyRole());
    }
    roles.add(groups.role());
    Seams seams =
        new Seams(
            process.loop("main"),
            process.loop("log"),
            process.loop("file"),
            process.disk(),
            simulation.network().rpc(process),
            simulation.network().server(process, address(id)),
            simulation.network().wire(process, "node" + id + ":7300"),
            process.random("node"),
            simulation.meter());
    NodeConfig nodeConfig =
        new NodeConfig(
            id,
            address(id),
            "node" + id + ":7300",
            List.of(address(1), address(2), address(3)),
            isController,
            raft,
            WalConfig.SMALL);
    new Node(
            seams,
            nodeConfig,
            roles,
            new NodeListener() {
              @Override
              public void waiting() {}

              @Override
              public void started() {
                isStarted = true;
              }

              @Override
              public void failed(String reason) {
                failures.add(reason);
              }

              @Override
              public void damaged(String what) {}

              @Override
              public void latched(String reason) {
                failures.add(reason);
              }
            })
        .start();
  }
}
