package io.flotilla.deploy.server;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.GrpcWire;
import io.flotilla.base.rpc.Wire;
import io.flotilla.base.rpc.WireLimits;
import io.flotilla.deploy.config.HostPort;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A wire whose port opens only when the data directory has turned out to be ours: a node that must
 * not run has never been seen on the network. Frames sent before are lost, as on any wire.
 */
final class LateWire implements Wire, AutoCloseable {
  private final HostPort address;
  private final Consumer<Throwable> onFatal;
  private Optional<Listener> listener = Optional.empty();
  private volatile Optional<GrpcWire> opened = Optional.empty();

  LateWire(HostPort address, Consumer<Throwable> onFatal) {
    this.address = address;
    this.onFatal = onFatal;
  }

  /** Opens the port; one line for the operator if that fails. */
  synchronized void open() throws IOException {
    GrpcWire wire = GrpcWire.open(address.host(), address.port(), WireLimits.DEFAULT, onFatal);
    listener.ifPresent(wire::listen);
    opened = Optional.of(wire);
  }

  @Override
  public synchronized void listen(Listener receiver) {
    listener = Optional.of(receiver);
    opened.ifPresent(wire -> wire.listen(receiver));
  }

  @Override
  public boolean send(String peer, ByteString frame) {
    Optional<GrpcWire> wire = opened;
    return wire.isPresent() && wire.get().send(peer, frame);
  }

  @Override
  public synchronized void close() {
    opened.ifPresent(GrpcWire::close);
  }
}
