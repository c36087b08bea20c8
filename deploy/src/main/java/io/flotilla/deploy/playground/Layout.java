package io.flotilla.deploy.playground;

import io.flotilla.base.shard.KeySlot;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.v1.JoinGroup;
import io.flotilla.v1.JoinRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Who is where in a playground.
 *
 * @param nodes how many; the first three at most hold the controller, all hold data
 * @param groups how many at first
 * @param replicas of each group
 * @param shards a power of two
 * @param dir where everything is kept, absolute
 * @param basePort node i: clients at base + i, admin at base + 100 + i, peers at base + 200 + i
 */
record Layout(int nodes, int groups, int replicas, int shards, Path dir, int basePort) {
  private static final String HOST = "127.0.0.1:";
  private static final int CONTROLLERS_MAX = 3;
  private static final int ADMIN_OFFSET = 100;
  private static final int PEER_OFFSET = 200;
  private static final int PORT_MAX = 65_535;

  Layout {
    if (nodes < 1 || nodes >= ADMIN_OFFSET) {
      throw CommandFailure.usage("--nodes must be 1 to %d, not %d", ADMIN_OFFSET - 1, nodes);
    }
    if (groups < 1) {
      throw CommandFailure.usage("--groups must be at least 1, not %d", groups);
    }
    if (replicas < 1 || replicas > nodes) {
      throw CommandFailure.usage(
          "--replicas must be 1 to the number of nodes, %d, not %d", nodes, replicas);
    }
    if (!KeySlot.isValidShardCount(shards)) {
      throw CommandFailure.usage(
          "--shards must be a power of two up to %d, not %d", KeySlot.SLOTS, shards);
    }
    if (basePort < 0 || basePort + PEER_OFFSET + nodes > PORT_MAX) {
      throw CommandFailure.usage(
          "--base-port must be 0 to %d, not %d", PORT_MAX - PEER_OFFSET - nodes, basePort);
    }
  }

  /** The same in another directory. */
  Layout in(Path home) {
    return new Layout(nodes, groups, replicas, shards, home, basePort);
  }

  /** Ids of all nodes. */
  List<Integer> nodeIds() {
    return IntStream.rangeClosed(1, nodes).boxed().toList();
  }

  /** Client addresses in node order. */
  List<String> endpoints() {
    return nodeIds().stream().map(this::client).toList();
  }

  /** Admin addresses in node order. */
  List<String> admins() {
    return nodeIds().stream().map(node -> HOST + (basePort + ADMIN_OFFSET + node)).toList();
  }

  /** Every port a server will open. */
  List<Integer> ports() {
    return nodeIds().stream()
        .flatMap(node -> List.of(0, ADMIN_OFFSET, PEER_OFFSET).stream().map(o -> o + node))
        .map(offset -> basePort + offset)
        .toList();
  }

  /** Where clients reach a node. */
  int clientPort(int node) {
    return basePort + node;
  }

  /** Where other nodes reach it. */
  int peerPort(int node) {
    return basePort + PEER_OFFSET + node;
  }

  /** Client addresses of the controllers by node id. */
  SortedMap<Integer, String> controllers() {
    SortedMap<Integer, String> found = new TreeMap<>();
    nodeIds().stream().limit(CONTROLLERS_MAX).forEach(node -> found.put(node, client(node)));
    return found;
  }

  /** All groups at first, in one request. */
  JoinRequest firstGroups() {
    JoinRequest.Builder join = JoinRequest.newBuilder();
    IntStream.rangeClosed(1, groups).forEach(gid -> join.addGroups(group(gid)));
    return join.build();
  }

  /** A group on the nodes its gid points at. */
  JoinGroup group(int gid) {
    JoinGroup.Builder group = JoinGroup.newBuilder().setGid(gid);
    IntStream.range(0, replicas).forEach(i -> group.addNodes((gid - 1 + i) % nodes + 1));
    return group.build();
  }

  /** The data directory of a node. */
  Path nodeDir(int node) {
    return dir.resolve("node" + node);
  }

  /** The configuration file of a node. */
  Path configFile(int node) {
    return dir.resolve("node" + node + ".yaml");
  }

  /** What is in it. */
  String config(int node) {
    String controllers =
        controllers().entrySet().stream()
            .map(each -> "  - " + each.getKey() + "=" + each.getValue() + "\n")
            .collect(Collectors.joining());
    return """
        node:
          id: %d
          dir: "%s"
          roles: [%s]
        listen:
          client: %s
          peer: %s
          admin: %s
        controllers:
        %s"""
        .formatted(
            node,
            nodeDir(node).toString().replace("\\", "\\\\").replace("\"", "\\\""),
            controllers().containsKey(node) ? "controller, data" : "data",
            client(node),
            HOST + peerPort(node),
            HOST + (basePort + ADMIN_OFFSET + node),
            controllers);
  }

  private String client(int node) {
    return HOST + clientPort(node);
  }
}
