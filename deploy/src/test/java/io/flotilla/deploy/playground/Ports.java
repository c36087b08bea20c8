package io.flotilla.deploy.playground;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/** Ports that nobody has now. */
public final class Ports {
  private Ports() {}

  /** A base port whose playground ports are free. */
  public static int base(int nodes) {
    while (true) {
      int base = 20_000 + ThreadLocalRandom.current().nextInt(100) * 100;
      Layout layout = new Layout(nodes, 1, 1, 1, Path.of("/"), base);
      if (layout.ports().stream().allMatch(Ports::isFree)) {
        return base;
      }
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
