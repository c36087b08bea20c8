package io.flotilla.deploy.config;

import io.flotilla.raft.RaftConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Everything a server is told; made by {@link ConfigReader}, which checks it.
 *
 * @param cluster name of its cluster; empty if any will do
 * @param node its id, at least 1
 * @param dir its data directory, absolute
 * @param zone where it stands; empty if that does not matter
 * @param roles what it is
 * @param listen where it listens
 * @param advertised where others reach it
 * @param controllers client addresses of the nodes that hold the controller, by node id
 * @param raft how its groups behave
 * @param diskReserveBytes space of the volume it leaves alone
 */
public record ServerConfig(
    String cluster,
    int node,
    Path dir,
    String zone,
    List<Role> roles,
    Listen listen,
    Advertised advertised,
    Map<Integer, HostPort> controllers,
    RaftConfig raft,
    long diskReserveBytes) {
  /** What a node can be. */
  public enum Role {
    CONTROLLER,
    DATA
  }

  /** The three ports of a node. */
  public record Listen(HostPort client, HostPort peer, HostPort admin) {}

  /** The two addresses others use. */
  public record Advertised(String client, String peer) {}

  /** Whether it holds the controller. */
  public boolean isController() {
    return roles.contains(Role.CONTROLLER);
  }

  /** Client addresses of the controllers. */
  public List<String> controllerAddresses() {
    return controllers.values().stream().map(HostPort::toString).toList();
  }
}
