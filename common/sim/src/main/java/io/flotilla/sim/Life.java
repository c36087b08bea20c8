package io.flotilla.sim;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One run of a process, from its start to its death.
 *
 * <p>Everything a process sets in motion carries its life; what belongs to a life that ended never
 * runs, so nothing leaks from before a crash to after it.
 */
final class Life {
  final String name;
  final int ordinal;
  private final Set<Connection> connections = new LinkedHashSet<>();
  private long diedAtNanos = Long.MAX_VALUE;
  private boolean silent;

  /** A link of this life to another one, told when the other side goes away. */
  interface Connection {
    /** {@code dead} ended; {@code silently} if no packet told of it. */
    void ended(Life dead, boolean silently);

    /** The pair of nodes may no longer be able to talk; check after a keepalive. */
    void cut(int from, int to);
  }

  Life(String name, int ordinal) {
    this.name = name;
    this.ordinal = ordinal;
  }

  boolean isAlive() {
    return diedAtNanos == Long.MAX_VALUE;
  }

  /** Whether the process still ran at {@code timeNanos}: what it did later never happened. */
  boolean livedAt(long timeNanos) {
    return timeNanos <= diedAtNanos;
  }

  /** Whether its machine is off, so that not even a refusal comes back. */
  boolean isSilent() {
    return silent;
  }

  void keep(Connection connection) {
    connections.add(connection);
  }

  void forget(Connection connection) {
    connections.remove(connection);
  }

  List<Connection> connections() {
    return new ArrayList<>(connections);
  }

  void end(long nowNanos, boolean silently) {
    diedAtNanos = nowNanos;
    silent = silently;
    List<Connection> told = connections();
    connections.clear();
    for (Connection connection : told) {
      connection.ended(this, silently);
    }
  }
}
