package io.flotilla.deploy.config;

import java.util.Optional;

/** A host with a port from 1 to 65535. */
public record HostPort(String host, int port) {
  private static final int PORT_MAX = 65_535;
  private static final int PORT_DIGITS_MAX = 5;

  /** Reads {@code host:port}; empty if it is something else. */
  public static Optional<HostPort> parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      return Optional.empty();
    }
    String port = text.substring(colon + 1);
    boolean isNumber =
        !port.isEmpty()
            && port.length() <= PORT_DIGITS_MAX
            && port.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!isNumber || text.chars().anyMatch(Character::isWhitespace)) {
      return Optional.empty();
    }
    int number = Integer.parseInt(port);
    return number < 1 || number > PORT_MAX
        ? Optional.empty()
        : Optional.of(new HostPort(text.substring(0, colon), number));
  }

  /** Whether nobody outside this machine can reach it. */
  public boolean isLoopback() {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  /** Whether it stands for every address of the machine, so that nobody can call it by that. */
  boolean isEveryAddress() {
    return host.equals("0.0.0.0") || host.equals("[::]") || host.equals("*");
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
