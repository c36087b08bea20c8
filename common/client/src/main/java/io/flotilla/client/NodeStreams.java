package io.flotilla.client;

import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** One stream a node, opened when first needed. Owned by the loop. */
final class NodeStreams {
  private final ClientSeams seams;
  private final NodeStream.Listener listener;
  private final TreeMap<String, NodeStream> streams = new TreeMap<>();

  NodeStreams(ClientSeams seams, NodeStream.Listener listener) {
    this.seams = seams;
    this.listener = listener;
  }

  /** The stream to {@code address}, a new one if the last is over. */
  NodeStream to(String address) {
    NodeStream known = streams.get(address);
    if (known != null && !known.isOver()) {
      return known;
    }
    NodeStream opened = new NodeStream(address, seams.rpc(), seams.loop(), listener);
    streams.put(address, opened);
    return opened;
  }

  /** Closes what leads to nodes that serve no group any more, once nothing is awaited of them. */
  void keepOnly(ShardMap map) {
    TreeSet<String> serving = new TreeSet<>();
    for (GroupMembers group : map.groups().values()) {
      for (NodeAddress node : group.nodes()) {
        serving.add(node.client());
      }
    }
    streams
        .entrySet()
        .removeIf(
            entry -> {
              boolean isUnused = !serving.contains(entry.getKey()) && entry.getValue().isIdle();
              if (isUnused) {
                entry.getValue().close();
              }
              return isUnused;
            });
  }

  void close() {
    streams.values().forEach(NodeStream::close);
    streams.clear();
  }
}
