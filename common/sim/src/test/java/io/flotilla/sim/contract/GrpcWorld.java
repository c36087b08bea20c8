package io.flotilla.sim.contract;

import io.flotilla.base.rpc.GrpcRpc;
import io.flotilla.base.rpc.GrpcServerHost;
import io.flotilla.base.rpc.RpcLimits;
import io.flotilla.base.rpc.RpcServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Servers on free ports of 127.0.0.1, and one client of them. */
final class GrpcWorld implements AutoCloseable {
  final GrpcRpc rpc;
  private final RpcLimits limits;
  private final List<GrpcServerHost> hosts = new ArrayList<>();

  GrpcWorld(RpcLimits limits) {
    this.limits = limits;
    this.rpc = new GrpcRpc(limits);
  }

  String serve(Consumer<RpcServer> bindings) {
    return serve(0, bindings);
  }

  String serve(int port, Consumer<RpcServer> bindings) {
    GrpcServerHost host = new GrpcServerHost("127.0.0.1", port, limits);
    bindings.accept(host);
    try {
      host.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    hosts.add(host);
    return host.address();
  }

  void stop(String address) {
    hosts.stream().filter(host -> host.address().equals(address)).forEach(GrpcServerHost::kill);
  }

  /** A port that was free a moment ago and that nobody else is given soon. */
  static String deadAddress() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    rpc.close();
    hosts.forEach(GrpcServerHost::kill);
  }
}
