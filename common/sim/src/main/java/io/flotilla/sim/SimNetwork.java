package io.flotilla.sim;

import com.google.protobuf.ByteString;
import io.flotilla.base.check.Check;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.Wire;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The network between all nodes: carries bytes late, twice, in another order or not at all.
 *
 * <p>Each seam object belongs to the life of the node in which it was made; its callbacks run on
 * that node's transport loop, so pauses and crashes hold for them too. Questions and streams behave
 * as TCP does: delays, breaks, refusals. Wire frames may also be lost, doubled and reordered. One
 * thread.
 */
public final class SimNetwork {
  private final Simulation simulation;
  private final RandomGenerator random;
  private final SimLinks links = new SimLinks();
  private final Map<String, SimRpcServer> servers = new TreeMap<>();
  private final Map<String, SimWire> wires = new TreeMap<>();
  private NetworkTiming timing = NetworkTiming.RACK;

  SimNetwork(Simulation simulation) {
    this.simulation = simulation;
    this.random = simulation.random("network");
  }

  /** Where the process now alive on {@code node} asks its questions. */
  public Rpc rpc(SimNode node) {
    return new SimRpc(this, node);
  }

  /** Opens {@code address} for the process now alive on {@code node}; bind before time passes. */
  public SimRpcServer server(SimNode node, String address) {
    SimRpcServer server = new SimRpcServer(node, address);
    SimRpcServer before = servers.put(address, server);
    Check.that(before == null || !before.isOpen(), "%s is in use", address);
    return server;
  }

  /** The wire of the process now alive on {@code node}; peers reach it at {@code peerAddress}. */
  public Wire wire(SimNode node, String peerAddress) {
    SimWire wire = new SimWire(this, node);
    SimWire before = wires.put(peerAddress, wire);
    Check.that(before == null || !before.life().isAlive(), "%s is in use", peerAddress);
    return wire;
  }

  /** How long things take from now on. */
  public void timing(NetworkTiming changed) {
    timing = changed;
  }

  /** Cuts both directions between every node of {@code some} and every one of {@code others}. */
  public void partition(Collection<SimNode> some, Collection<SimNode> others) {
    for (SimNode one : some) {
      for (SimNode other : others) {
        oneWay(one, other);
        oneWay(other, one);
      }
    }
  }

  /** Cuts {@code node} off from every node there is now. */
  public void isolate(SimNode node) {
    for (SimNode other : simulation.nodes()) {
      if (other != node) {
        oneWay(node, other);
        oneWay(other, node);
      }
    }
  }

  /** Cuts the direction {@code from} to {@code to} only. */
  public void oneWay(SimNode from, SimNode to) {
    simulation.note(from, "cut", to.ordinal());
    simulation.meter().count("flotilla_sim_cuts_total", 1);
    links.cut(from.ordinal(), to.ordinal());
    for (SimNode end : List.of(from, to)) {
      for (Life.Connection connection : end.life().connections()) {
        connection.cut(from.ordinal(), to.ordinal());
      }
    }
  }

  /** Joins {@code one} and {@code other} again, in both directions. */
  public void heal(SimNode one, SimNode other) {
    simulation.note(one, "healed", other.ordinal());
    links.heal(one.ordinal(), other.ordinal());
    links.heal(other.ordinal(), one.ordinal());
  }

  /** Joins everything again. */
  public void heal() {
    simulation.note("network healed");
    links.healAll();
  }

  /** Whether frames from {@code from} reach {@code to}. */
  public boolean isOpen(SimNode from, SimNode to) {
    return !links.isCut(from.ordinal(), to.ordinal());
  }

  // --- for the seam objects ---

  Simulation simulation() {
    return simulation;
  }

  RandomGenerator random() {
    return random;
  }

  boolean isCut(int from, int to) {
    return links.isCut(from, to);
  }

  Optional<SimRpcServer> serverAt(String address) {
    return Optional.ofNullable(servers.get(address));
  }

  Optional<SimWire> wireAt(String address) {
    return Optional.ofNullable(wires.get(address));
  }

  /** The time a message takes when nothing goes wrong. */
  long delayNanos(int bytes) {
    return timing.delayNanos(random, bytes);
  }

  /** What the fault plan adds to it: mostly nothing. */
  long longDelayNanos() {
    FaultPlan.Net net = simulation.faults().net();
    return happens(net.longDelay()) ? longDelay(net.longDelayNanosMax()) : 0;
  }

  /**
   * What the fault plan adds to a frame of a stream, and so to all behind it.
   *
   * <p>Rarer and shorter than for single messages: retransmission gets through or the link breaks.
   */
  long stallNanos() {
    FaultPlan.Net net = simulation.faults().net();
    if (!happens((net.longDelay() + net.loss()) / 8)) {
      return 0;
    }
    return longDelay(Math.max(1, Math.min(net.longDelayNanosMax(), timing.keepaliveMax())));
  }

  private long longDelay(long nanosMax) {
    simulation.meter().count("flotilla_sim_long_delays_total", 1);
    return random.nextLong(nanosMax);
  }

  long keepaliveNanos() {
    return random.nextLong(timing.keepaliveMax() / 2, timing.keepaliveMax() + 1);
  }

  long reconnectNanos() {
    return random.nextLong(timing.reconnectMax() / 2, timing.reconnectMax() + 1);
  }

  boolean happens(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  boolean isLost() {
    boolean lost = happens(simulation.faults().net().loss());
    if (lost) {
      simulation.meter().count("flotilla_sim_lost_total", 1);
    }
    return lost;
  }

  /** Lets {@code arrival} happen at {@code timeNanos}, unless the sender was dead at departure. */
  void carry(Life from, long timeNanos, String label, ByteString bytes, Runnable arrival) {
    long departure = simulation.now();
    simulation.schedule(
        timeNanos,
        label,
        bytes.hashCode(),
        () -> {
          if (from.livedAt(departure)) {
            arrival.run();
          }
        });
  }
}
