package io.flotilla.bench.cluster;

import io.flotilla.base.check.Check;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.bench.judge.Home;
import io.flotilla.raft.host.Node;
import io.flotilla.raft.host.NodeConfig;
import io.flotilla.raft.host.NodeListener;
import io.flotilla.raft.host.NodeRole;
import io.flotilla.raft.host.RaftHost;
import io.flotilla.raft.host.Seams;
import io.flotilla.shardctrler.service.ControllerProxyRole;
import io.flotilla.shardctrler.service.ControllerRole;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.shardkv.DataRole;
import io.flotilla.shardkv.service.Operations;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One server of a simulated cluster: what a server process assembles, over simulated seams. */
final class ClusterNode {
  private static final String IO_ERROR = "input/output error";

  private final Simulation simulation;
  private final SimNode process;
  private final ClusterConfig config;
  private final int id;
  private final SimCluster.Tap tap;
  private Optional<ControllerRole> controller = Optional.empty();
  private Optional<DataRole> data = Optional.empty();
  private Optional<Node> node = Optional.empty();
  private boolean isStarted;
  private boolean isLatched;
  private int disks = 1;

  ClusterNode(Simulation simulation, ClusterConfig config, int id, SimCluster.Tap tap) {
    this.tap = tap;
    this.simulation = simulation;
    this.config = config;
    this.id = id;
    this.process = simulation.node("node" + id);
    boot();
  }

  static String clientAddress(int id) {
    return "node" + id + ":7100";
  }

  int id() {
    return id;
  }

  /** Where its replicas live. */
  Home home() {
    return new Home(id, disks);
  }

  SimNode process() {
    return process;
  }

  /** Whether it runs and has recovered. */
  boolean isStarted() {
    return process.isAlive() && isStarted;
  }

  /** Whether its disk has failed in this life: it waits for an operator. */
  boolean isLatched() {
    return isLatched;
  }

  /** Its replicas, while it runs. */
  Optional<RaftHost> host() {
    return isStarted() ? node.flatMap(Node::host) : Optional.empty();
  }

  /** The data groups it holds, while it runs. */
  Optional<Operations> operations() {
    return isStarted()
        ? data.flatMap(DataRole::node).map(found -> found.operations())
        : Optional.empty();
  }

  /** The controller's state as applied here, while it runs. */
  Optional<ControllerState> controllerState() {
    return isStarted() ? controller.flatMap(ControllerRole::state) : Optional.empty();
  }

  /** Replaces the disk of the dead node by an empty one. */
  void wipe() {
    process.disk().wipe();
    disks++;
  }

  void restart() {
    process.restart(this::boot);
  }

  /** Whether a node ends its process for that reason by design: it could not read its own state. */
  static boolean stopsFor(Throwable thrown) {
    return thrown.getCause() instanceof DiskException.Broken broken
        && String.valueOf(broken.getMessage()).contains(IO_ERROR);
  }

  private void boot() {
    isStarted = false;
    isLatched = false;
    String client = clientAddress(id);
    String peer = "node" + id + ":7300";
    boolean isController = id <= config.controllers();
    List<NodeRole> roles = new ArrayList<>();
    if (isController) {
      ControllerRole role = new ControllerRole(config.controller());
      controller = Optional.of(role);
      roles.add(role);
    } else {
      roles.add(new ControllerProxyRole());
    }
    DataRole role = new DataRole(config.moves());
    data = Optional.of(role);
    roles.add(role);
    List<String> controllers = new ArrayList<>();
    for (int each = 1; each <= config.controllers(); each++) {
      controllers.add(clientAddress(each));
    }
    Seams seams =
        new Seams(
            process.loop("main"),
            process.loop("log"),
            process.loop("file"),
            process.disk(),
            simulation.network().rpc(process),
            simulation.network().server(process, client),
            new TappedWire(
                simulation.network().wire(process, peer),
                (to, group, message) -> tap.sent(this, to, group, message)),
            process.random("node"),
            simulation.meter());
    Node assembled =
        new Node(
            seams,
            new NodeConfig(
                id, client, peer, controllers, isController, config.raft(), config.wal()),
            roles,
            new Listener());
    node = Optional.of(assembled);
    assembled.start();
  }

  private final class Listener implements NodeListener {
    @Override
    public void waiting() {}

    @Override
    public void started() {
      isStarted = true;
    }

    @Override
    public void failed(String reason) {
      // A failed disk is the operator's; anything else on it is ours.
      Check.that(reason.contains(IO_ERROR), "node %d cannot start: %s", id, reason);
      isLatched = true;
    }

    @Override
    public void damaged(String what) {}

    @Override
    public void latched(String reason) {
      isLatched = true;
    }
  }
}
