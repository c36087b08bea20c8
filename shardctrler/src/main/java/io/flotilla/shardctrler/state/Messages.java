package io.flotilla.shardctrler.state;

import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.internal.v1.ControllerBlob;
import io.flotilla.internal.v1.MoveFigures;
import io.flotilla.internal.v1.Voter;

/** Values that the log, the checkpoint and the calls between nodes write alike. */
public final class Messages {
  private Messages() {}

  /** A node as nodes tell each other. */
  public static Voter voter(NodeAddress node) {
    return Voter.newBuilder()
        .setNode(node.node())
        .setStore(node.store())
        .setClient(node.client())
        .setPeer(node.peer())
        .build();
  }

  /** The other way round. */
  public static NodeAddress node(Voter voter) {
    return new NodeAddress(voter.getNode(), voter.getStore(), voter.getClient(), voter.getPeer());
  }

  /** Figures as groups report them. */
  public static MoveFigures figures(MoveTally tally) {
    return MoveFigures.newBuilder()
        .setBytes(tally.bytes())
        .setRows(tally.rows())
        .setRounds(tally.rounds())
        .setPauseNanos(tally.pauseNanos())
        .build();
  }

  /** The other way round. */
  public static MoveTally tally(MoveFigures figures) {
    return new MoveTally(
        figures.getBytes(), figures.getRows(), figures.getRounds(), figures.getPauseNanos());
  }

  static ControllerBlob.Shard shard(int shard, ShardEntry entry) {
    return ControllerBlob.Shard.newBuilder()
        .setShard(shard)
        .setTarget(entry.target())
        .setOwner(entry.owner())
        .setEpoch(entry.epoch())
        .build();
  }

  static ShardEntry entry(ControllerBlob.Shard shard) {
    return new ShardEntry(shard.getTarget(), shard.getOwner(), shard.getEpoch());
  }

  static ControllerBlob.Group group(GroupMembers group) {
    return ControllerBlob.Group.newBuilder()
        .setGid(group.gid())
        .setIncarnation(group.incarnation())
        .addAllNodes(group.nodes().stream().map(Messages::voter).toList())
        .build();
  }

  static GroupMembers members(ControllerBlob.Group group) {
    return new GroupMembers(
        group.getGid(),
        group.getIncarnation(),
        group.getNodesList().stream().map(Messages::node).toList());
  }
}
