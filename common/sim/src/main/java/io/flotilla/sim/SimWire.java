package io.flotilla.sim;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.Wire;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The wire of one life of a node.
 *
 * <p>Without faults it keeps the order of each pair, as the seam promises; a fault plan may lose,
 * double and reorder frames, which the protocols above have to survive anyway.
 */
final class SimWire implements Wire {
  private static final int FRAMES_MAX = 4096;

  private final SimNetwork network;
  private final Simulation simulation;
  private final SimNode node;
  private final Life life;
  private final Map<String, Link> outgoing = new TreeMap<>();
  private Optional<Listener> listener = Optional.empty();
  private int untaken;

  /** The connection to one address. */
  private final class Link implements Life.Connection {
    private final String address;
    private long lastArrivalNanos;
    private long downUntilNanos;
    private int underway;
    private boolean suspected;

    Link(String address) {
      this.address = address;
    }

    boolean send(ByteString frame) {
      if (underway >= FRAMES_MAX || simulation.now() < downUntilNanos) {
        return false;
      }
      FaultPlan.Net net = simulation.faults().net();
      if (network.isLost()) {
        return true;
      }
      transmit(frame, !network.happens(net.reorder()));
      if (network.happens(net.duplicate())) {
        simulation.meter().count("flotilla_sim_duplicated_total", 1);
        transmit(frame, false);
      }
      return true;
    }

    private void transmit(ByteString frame, boolean inOrder) {
      long late = network.longDelayNanos();
      long arrival = simulation.now() + network.delayNanos(frame.size()) + late;
      // A frame that is very late is overtaken: were it waited for, the whole pair would stand.
      if (inOrder && late == 0) {
        arrival = Math.max(arrival, lastArrivalNanos);
        lastArrivalNanos = arrival;
      }
      underway++;
      network.carry(life, arrival, "frame", frame, () -> arrived(frame));
    }

    private void arrived(ByteString frame) {
      underway--;
      Optional<SimWire> target = network.wireAt(address);
      if (target.isPresent() && (isCutTo(target.get().node) || target.get().life.isSilent())) {
        suspect();
      } else if (target.isEmpty() || !target.get().life.isAlive()) {
        refused();
      } else {
        target.get().life.keep(this);
        target.get().receive(frame);
      }
    }

    /** The process at the other end ended; a machine that lost power cannot say so. */
    @Override
    public void ended(Life dead, boolean silently) {
      if (silently) {
        suspect();
      } else {
        refused();
      }
    }

    @Override
    public void cut(int from, int to) {
      if (from == node.ordinal() || to == node.ordinal()) {
        suspect();
      }
    }

    /** Gives the peer a keepalive to show itself; then the connection is down. */
    private void suspect() {
      if (suspected || !life.isAlive()) {
        return;
      }
      suspected = true;
      long time = simulation.now() + network.keepaliveNanos();
      simulation.schedule(
          time,
          life,
          "keepalive",
          0,
          () -> {
            suspected = false;
            Optional<SimWire> target = network.wireAt(address);
            boolean reachable =
                target.isPresent()
                    && target.get().life.isAlive()
                    && !isCutTo(target.get().node)
                    && !network.isCut(target.get().node.ordinal(), node.ordinal());
            if (!reachable) {
              down();
            }
          });
    }

    private void refused() {
      long time = simulation.now() + network.delayNanos(0);
      simulation.schedule(time, life, "refused", 0, this::down);
    }

    private void down() {
      if (simulation.now() >= downUntilNanos) {
        downUntilNanos = simulation.now() + network.reconnectNanos();
        node.transport().arrive(() -> listener.ifPresent(told -> told.onDown(address)));
      }
    }

    private boolean isCutTo(SimNode target) {
      return network.isCut(node.ordinal(), target.ordinal());
    }
  }

  SimWire(SimNetwork network, SimNode node) {
    this.network = network;
    this.simulation = network.simulation();
    this.node = node;
    this.life = node.life();
  }

  @Override
  public void listen(Listener receiver) {
    listener = Optional.of(receiver);
  }

  @Override
  public boolean send(String address, ByteString frame) {
    return life.isAlive() && outgoing.computeIfAbsent(address, Link::new).send(frame);
  }

  Life life() {
    return life;
  }

  private void receive(ByteString frame) {
    if (untaken < FRAMES_MAX) {
      untaken++;
      node.transport().arrive(() -> arrived(frame));
    }
  }

  private void arrived(ByteString frame) {
    Runnable taken = () -> untaken--;
    listener.ifPresentOrElse(told -> told.onFrame(frame, taken), taken);
  }
}
