package io.flotilla.client;

import java.time.Duration;
import java.util.List;

/**
 * How a client behaves; defaults in one place.
 *
 * @param endpoints client addresses, {@code host:port}, of any nodes of the cluster
 * @param deadline how long a call may take in all, retries included: above 0, at most 1 h
 * @param maxPending calls without an answer at one time; beyond it a call fails with BUSY at once
 */
public record ClientConfig(List<String> endpoints, Duration deadline, int maxPending) {
  private static final Duration DEADLINE_DEFAULT = Duration.ofSeconds(10);
  private static final Duration DEADLINE_MAX = Duration.ofHours(1);
  private static final int PENDING_DEFAULT = 65_536;

  public ClientConfig {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw invalid("no endpoints given");
    }
    endpoints.forEach(ClientConfig::requireAddress);
    if (deadline.isNegative() || deadline.isZero() || deadline.compareTo(DEADLINE_MAX) > 0) {
      throw invalid("the deadline must be above 0 and at most 1 h");
    }
    if (maxPending < 1) {
      throw invalid("at least one call must be allowed");
    }
  }

  /** The defaults. */
  public static ClientConfig of(List<String> endpoints) {
    return new ClientConfig(endpoints, DEADLINE_DEFAULT, PENDING_DEFAULT);
  }

  /** The same with another deadline. */
  public ClientConfig withDeadline(Duration changed) {
    return new ClientConfig(endpoints, changed, maxPending);
  }

  private static void requireAddress(String address) {
    int colon = address.lastIndexOf(':');
    boolean isValid = colon > 0;
    if (isValid) {
      try {
        int port = Integer.parseInt(address.substring(colon + 1));
        isValid = port > 0 && port < 65_536;
      } catch (NumberFormatException notANumber) {
        isValid = false;
      }
    }
    if (!isValid) {
      throw invalid("'" + address + "' is not an address of the form host:port");
    }
  }

  private static FlotillaException invalid(String message) {
    return new FlotillaException(FlotillaException.Code.INVALID_ARGUMENT, message);
  }
}
