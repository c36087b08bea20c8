package io.flotilla.base.rpc;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.ThreadEventLoop;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A {@link Wire} over gRPC: a peer port of its own, and one stream to each peer that is spoken to.
 *
 * <p>Any thread may send; frames keep the order of the sending thread. A send never waits for the
 * network: connections are made by a thread of this class, and what a connection does not take at
 * once is queued up to {@link WireLimits#queueBytesMax}. Frames queued when a connection breaks are
 * lost.
 */
public final class GrpcWire implements Wire, AutoCloseable {
  /** The one method of the peer port: the sender streams frames, the receiver says nothing. */
  static final String FRAMES = "flotilla.internal.v1.Peer/Frames";

  private static final Listener NOBODY =
      new Listener() {
        @Override
        public void onFrame(ByteString frame, Runnable taken) {
          taken.run();
        }

        @Override
        public void onDown(String address) {}
      };

  private final Map<String, WireLink> links = new ConcurrentHashMap<>();
  private final WireLimits limits;
  private final GrpcServerHost host;
  private final GrpcRpc rpc;
  private final ThreadEventLoop connector;
  private volatile Listener listener = NOBODY;

  private GrpcWire(String host, int port, WireLimits limits, Consumer<Throwable> onFatal) {
    RpcLimits rpcLimits = RpcLimits.DEFAULT.withMessageBytesMax(limits.frameBytesMax());
    this.limits = limits;
    this.host = new GrpcServerHost(host, port, rpcLimits);
    this.rpc = new GrpcRpc(rpcLimits);
    this.connector = new ThreadEventLoop("flotilla-wire-" + port, onFatal);
  }

  /**
   * Opens the peer port {@code host:port}; port 0 takes any free one.
   *
   * @param onFatal hears of defects of this class, after which it connects no more
   * @throws IOException with one line for the operator if the port cannot be opened
   */
  public static GrpcWire open(String host, int port, WireLimits limits, Consumer<Throwable> onFatal)
      throws IOException {
    GrpcWire wire = new GrpcWire(host, port, limits, onFatal);
    wire.host.bindStream(FRAMES, stream -> wire.new Inbound());
    try {
      wire.host.open();
    } catch (IOException e) {
      wire.close();
      throw e;
    }
    wire.host.serving(true);
    return wire;
  }

  /** Where peers reach this node, {@code host:port}. */
  public String address() {
    return host.address();
  }

  @Override
  public void listen(Listener receiver) {
    listener = receiver;
  }

  @Override
  public boolean send(String address, ByteString frame) {
    WireLink link = links.get(address);
    if (link == null) {
      if (links.size() >= limits.peersMax()) {
        // Peers come back at other addresses; those that are gone must not keep out the living.
        links.values().removeIf(WireLink::retire);
      }
      if (links.size() >= limits.peersMax()) {
        return false;
      }
      link = links.computeIfAbsent(address, this::link);
    }
    return link.send(frame);
  }

  /** Closes the port and every connection; frames still queued are lost. */
  @Override
  public void close() {
    listener = NOBODY;
    connector.close();
    rpc.close();
    host.kill();
  }

  private WireLink link(String address) {
    return new WireLink(address, rpc, connector, limits, down -> listener.onDown(down));
  }

  /** One peer's stream of frames to us. Network thread, one call at a time. */
  private final class Inbound implements RpcStream.Listener {
    @Override
    public void onFrame(ByteString frame, Runnable taken) {
      listener.onFrame(frame, taken);
    }

    @Override
    public void onReady() {}

    /** The sender connects anew when it has something to say; nothing of ours depends on it. */
    @Override
    public void onClosed(RpcFailure reason) {}
  }
}
