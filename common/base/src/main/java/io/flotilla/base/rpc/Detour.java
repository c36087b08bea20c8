package io.flotilla.base.rpc;

import io.grpc.HttpConnectProxiedSocketAddress;
import io.grpc.ProxyDetector;
import java.net.InetSocketAddress;

/**
 * The way of every connection that this process opens: straight, whatever proxies the machine is
 * configured with, unless the system property {@code flotilla.relay} names a relay as {@code
 * host:port}. That is how a drill stands between the servers it has started. Any thread.
 */
final class Detour {
  static final ProxyDetector CONFIGURED = by(System.getProperty("flotilla.relay", ""));

  private Detour() {}

  private static ProxyDetector by(String relay) {
    int colon = relay.lastIndexOf(':');
    if (colon < 0) {
      return called -> null;
    }
    InetSocketAddress address =
        new InetSocketAddress(
            relay.substring(0, colon), Integer.parseInt(relay.substring(colon + 1)));
    return called ->
        HttpConnectProxiedSocketAddress.newBuilder()
            .setTargetAddress((InetSocketAddress) called)
            .setProxyAddress(address)
            .build();
  }
}
