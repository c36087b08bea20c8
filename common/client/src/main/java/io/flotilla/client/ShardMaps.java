package io.flotilla.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.v1.GroupMessage;
import io.flotilla.v1.NodeMessage;
import io.flotilla.v1.ShardEntryMessage;
import io.flotilla.v1.ShardMapMessage;
import java.util.List;
import java.util.TreeMap;

/** The shard map as it travels. Pure; any thread. */
public final class ShardMaps {
  private ShardMaps() {}

  /** To the wire. */
  public static ShardMapMessage encode(ShardMap map) {
    ShardMapMessage.Builder message = ShardMapMessage.newBuilder().setVersion(map.version());
    for (ShardEntry entry : map.shards()) {
      message.addShards(
          ShardEntryMessage.newBuilder()
              .setTarget(entry.target())
              .setOwner(entry.owner())
              .setEpoch(entry.epoch()));
    }
    for (GroupMembers group : map.groups().values()) {
      GroupMessage.Builder members =
          GroupMessage.newBuilder().setGid(group.gid()).setIncarnation(group.incarnation());
      group.nodes().forEach(node -> members.addNodes(encode(node)));
      message.addGroups(members);
    }
    return message.build();
  }

  /** From the wire; refuses what is not a map. */
  public static ShardMap decode(ShardMapMessage message) throws InvalidProtocolBufferException {
    if (!KeySlot.isValidShardCount(message.getShardsCount())) {
      throw new InvalidProtocolBufferException("shard count " + message.getShardsCount());
    }
    TreeMap<Integer, GroupMembers> groups = new TreeMap<>();
    for (GroupMessage group : message.getGroupsList()) {
      if (group.getGid() < 1) {
        throw new InvalidProtocolBufferException("gid " + group.getGid());
      }
      List<NodeAddress> nodes = group.getNodesList().stream().map(ShardMaps::decode).toList();
      groups.put(group.getGid(), new GroupMembers(group.getGid(), group.getIncarnation(), nodes));
    }
    List<ShardEntry> shards =
        message.getShardsList().stream()
            .map(each -> new ShardEntry(each.getTarget(), each.getOwner(), each.getEpoch()))
            .toList();
    return new ShardMap(message.getVersion(), shards, groups);
  }

  /** A node to the wire. */
  public static NodeMessage encode(NodeAddress node) {
    return NodeMessage.newBuilder()
        .setNode(node.node())
        .setStore(node.store())
        .setClient(node.client())
        .setPeer(node.peer())
        .build();
  }

  /** A node from the wire. */
  public static NodeAddress decode(NodeMessage node) {
    return new NodeAddress(node.getNode(), node.getStore(), node.getClient(), node.getPeer());
  }
}
