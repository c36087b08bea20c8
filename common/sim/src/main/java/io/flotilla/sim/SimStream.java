package io.flotilla.sim;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcStream;

/** A stream between two lives: two ends, frames in order until the link breaks. */
final class SimStream {
  private static final int WINDOW_BYTES = 256 << 10;
  private static final int FRAME_OVERHEAD_BYTES = 64;
  private static final RpcStream.Listener NOBODY =
      new RpcStream.Listener() {
        @Override
        public void onFrame(ByteString frame, Runnable taken) {
          taken.run();
        }

        @Override
        public void onReady() {}

        @Override
        public void onClosed(RpcFailure reason) {}
      };

  private final SimNetwork network;
  private final Simulation simulation;
  private final String address;
  private final End client;
  private boolean doomed;
  private boolean suspected;

  /** One side of the stream. */
  final class End implements RpcStream, Life.Connection {
    private final SimNode node;
    private final Life life;
    private final SimEventLoop transport;
    private RpcStream.Listener listener;
    private End peer = this;
    private long lastArrivalNanos;
    private int underwayBytes;
    private boolean ready;
    private boolean readyComing;
    private boolean closed;

    End(SimNode node, RpcStream.Listener listener) {
      this.node = node;
      this.life = node.life();
      this.transport = node.transport();
      this.listener = listener;
    }

    @Override
    public boolean isReady() {
      return ready && !closed;
    }

    @Override
    public void send(ByteString frame) {
      if (closed || !life.isAlive()) {
        return;
      }
      underwayBytes += frame.size() + FRAME_OVERHEAD_BYTES;
      ready = ready && underwayBytes < WINDOW_BYTES;
      carry("stream frame", frame, () -> arrivedAtPeer(frame));
    }

    @Override
    public void close() {
      if (closed || !life.isAlive()) {
        return;
      }
      closed = true;
      life.forget(this);
      carry(
          "stream close",
          ByteString.EMPTY,
          () -> {
            if (!breaks()) {
              peer.over(noAnswer("closed by the other side"));
            }
          });
    }

    @Override
    public void ended(Life dead, boolean silently) {
      End survivor = dead == life ? peer : this;
      long wait = silently ? network.keepaliveNanos() : network.delayNanos(0);
      simulation.schedule(
          simulation.now() + wait,
          survivor.life,
          "stream reset",
          0,
          () -> survivor.over(noAnswer("connection reset")));
    }

    @Override
    public void cut(int from, int to) {
      boolean mine = from == node.ordinal() && to == peer.node.ordinal();
      boolean theirs = to == node.ordinal() && from == peer.node.ordinal();
      if ((mine || theirs) && !suspected) {
        suspected = true;
        simulation.schedule(
            simulation.now() + network.keepaliveNanos(),
            "keepalive",
            0,
            () -> {
              suspected = false;
              breaks();
            });
      }
    }

    boolean isAt(String serverAddress) {
      return this != client && address.equals(serverAddress);
    }

    /** Sends something along this direction, behind everything sent before. */
    private void carry(String label, ByteString bytes, Runnable arrival) {
      long delay = network.delayNanos(bytes.size()) + network.stallNanos();
      lastArrivalNanos = Math.max(lastArrivalNanos, simulation.now() + delay);
      network.carry(life, lastArrivalNanos, label, bytes, arrival);
    }

    private void arrivedAtPeer(ByteString frame) {
      // The peer of a client is the client itself until the server has accepted.
      if (peer == this || doomed || breaks() || !peer.life.isAlive()) {
        return;
      }
      peer.transport.arrive(
          () -> {
            Runnable taken = () -> drained(frame.size() + FRAME_OVERHEAD_BYTES);
            if (peer.closed) {
              taken.run();
            } else {
              peer.listener.onFrame(frame, taken);
            }
          });
    }

    private void drained(int bytes) {
      underwayBytes -= bytes;
      if (!ready && !readyComing && underwayBytes <= WINDOW_BYTES / 2) {
        readyComing = true;
        long time = simulation.now() + network.delayNanos(0);
        simulation.schedule(time, life, "stream ready", 0, this::becomeReady);
      }
    }

    private void becomeReady() {
      readyComing = false;
      if (!ready && !closed && !doomed) {
        ready = true;
        transport.arrive(
            () -> {
              if (!closed) {
                listener.onReady();
              }
            });
      }
    }

    private void over(RpcFailure reason) {
      if (!life.isAlive()) {
        return;
      }
      life.forget(this);
      transport.arrive(
          () -> {
            if (!closed) {
              closed = true;
              listener.onClosed(reason);
            }
          });
    }
  }

  SimStream(SimNetwork network, SimNode node, RpcStream.Listener listener, String address) {
    this.network = network;
    this.simulation = network.simulation();
    this.address = address;
    this.client = new End(node, listener);
  }

  RpcStream client() {
    return client;
  }

  void open(String method) {
    client.life.keep(client);
    client.carry("stream open", ByteString.EMPTY, () -> arrived(method));
  }

  private void arrived(String method) {
    if (network.serverAt(address).isEmpty()) {
      client.over(new RpcFailure(RpcFailure.Code.UNSENT, "unknown address " + address));
      return;
    }
    SimRpcServer server = network.serverAt(address).get();
    if (isCut(client.node, server.node())) {
      giveUp(client);
    } else if (server.isSilent()) {
      giveUp(client);
    } else if (!server.isOpen()) {
      refused(new RpcFailure(RpcFailure.Code.UNSENT, "connection refused"));
    } else if (server.stream(method).isEmpty()) {
      refused(new RpcFailure(RpcFailure.Code.UNIMPLEMENTED, method));
    } else {
      accept(server, method);
    }
  }

  private void accept(SimRpcServer server, String method) {
    End accepted = new End(server.node(), NOBODY);
    accepted.peer = client;
    accepted.ready = true;
    client.peer = accepted;
    accepted.life.keep(accepted);
    accepted.transport.arrive(
        () -> accepted.listener = server.stream(method).get().accept(accepted));
    client.drained(0);
  }

  private void refused(RpcFailure reason) {
    long time = simulation.now() + network.delayNanos(0);
    simulation.schedule(time, client.life, "stream refused", 0, () -> client.over(reason));
  }

  /** Breaks the stream if its nodes cannot talk, in either direction; nothing arrives after. */
  private boolean breaks() {
    End server = client.peer;
    boolean cut = isCut(client.node, server.node) || isCut(server.node, client.node);
    if (cut && !doomed) {
      doomed = true;
      giveUp(client);
      if (server != client) {
        giveUp(server);
      }
    }
    return doomed;
  }

  private void giveUp(End end) {
    simulation.schedule(
        simulation.now() + network.keepaliveNanos(),
        end.life,
        "stream broken",
        0,
        () -> end.over(noAnswer("link broken")));
  }

  private boolean isCut(SimNode from, SimNode to) {
    return network.isCut(from.ordinal(), to.ordinal());
  }

  private static RpcFailure noAnswer(String why) {
    return new RpcFailure(RpcFailure.Code.NO_ANSWER, why);
  }
}
