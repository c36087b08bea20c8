package io.flotilla.shardctrler.state;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.check.Check;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.internal.v1.ControllerBlob;
import java.util.List;
import java.util.TreeMap;

/** The whole state as one blob, for checkpoints and snapshots. */
final class StateCodec {
  private StateCodec() {}

  static ByteString encode(ControllerState state) {
    ControllerBlob.Builder blob = ControllerBlob.newBuilder();
    encodeHistory(state.history(), blob);
    state.nodes().values().forEach(node -> blob.addNodes(Messages.voter(node)));
    blob.addAllLeaving(state.leaving()).addAllPinned(state.pinned());
    state.incarnations.forEach(
        (gid, incarnation) ->
            blob.addIncarnationsBuilder().setGid(gid).setIncarnation(incarnation));
    blob.setNextMove(state.nextMove());
    state.moves().forEach(move -> blob.addMoves(move(move)));
    state.finished().forEach(move -> blob.addFinished(move(move)));
    blob.setNextBlock(state.blocks.next())
        .setExpireBefore(state.blocks.expireBefore())
        .setTimeNanos(state.blocks.timeNanos());
    state
        .blocks
        .live()
        .forEach(
            block ->
                blob.addBlocksBuilder()
                    .setBlock(block.block())
                    .setIssuedNanos(block.issuedNanos()));
    return blob.build().toByteString();
  }

  /** Reads what {@link #encode} wrote; the bytes have been verified before they come here. */
  static ControllerState decode(ByteString bytes, int shardCount) {
    ControllerBlob blob;
    try {
      blob = ControllerBlob.parseFrom(bytes);
    } catch (InvalidProtocolBufferException malformed) {
      throw new AssertionError("a verified checkpoint does not parse", malformed);
    }
    Check.that(blob.getShardCount() == shardCount, "checkpoint of %d shards", blob.getShardCount());
    ControllerState state =
        new ControllerState(
            history(blob), new SessionBlocks(blob.getNextBlock()), blob.getNextMove());
    blob.getNodesList().forEach(node -> state.nodes.put(node.getNode(), Messages.node(node)));
    state.leaving.addAll(blob.getLeavingList());
    state.pinned.addAll(blob.getPinnedList());
    blob.getIncarnationsList()
        .forEach(known -> state.incarnations.put(known.getGid(), known.getIncarnation()));
    blob.getMovesList().forEach(move -> state.restore(move(move)));
    blob.getFinishedList().forEach(move -> state.archive(move(move)));
    state.blocks.restore(
        blob.getTimeNanos(),
        blob.getExpireBefore(),
        blob.getBlocksList().stream()
            .map(block -> new SessionBlocks.Block(block.getBlock(), block.getIssuedNanos()))
            .toList());
    return state;
  }

  private static void encodeHistory(MapHistory history, ControllerBlob.Builder blob) {
    ShardMap oldest = history.oldest();
    blob.setShardCount(oldest.shardCount()).setOldestVersion(oldest.version());
    for (int shard = 0; shard < oldest.shardCount(); shard++) {
      blob.addOldestShards(Messages.shard(shard, oldest.shard(shard)));
    }
    oldest.groups().values().forEach(group -> blob.addOldestGroups(Messages.group(group)));
    for (MapDelta delta : history.deltas()) {
      ControllerBlob.Delta.Builder next = blob.addDeltasBuilder();
      delta.shards().forEach((shard, entry) -> next.addShards(Messages.shard(shard, entry)));
      delta.groups().forEach(group -> next.addGroups(Messages.group(group)));
      next.addAllRemoved(delta.removed());
    }
  }

  private static MapHistory history(ControllerBlob blob) {
    List<ShardEntry> shards = blob.getOldestShardsList().stream().map(Messages::entry).toList();
    TreeMap<Integer, GroupMembers> groups = new TreeMap<>();
    blob.getOldestGroupsList()
        .forEach(group -> groups.put(group.getGid(), Messages.members(group)));
    MapHistory history = new MapHistory(new ShardMap(blob.getOldestVersion(), shards, groups));
    blob.getDeltasList().forEach(delta -> history.append(delta(delta)));
    return history;
  }

  private static MapDelta delta(ControllerBlob.Delta delta) {
    TreeMap<Integer, ShardEntry> shards = new TreeMap<>();
    delta.getShardsList().forEach(shard -> shards.put(shard.getShard(), Messages.entry(shard)));
    return new MapDelta(
        shards,
        delta.getGroupsList().stream().map(Messages::members).toList(),
        List.copyOf(delta.getRemovedList()));
  }

  private static ControllerBlob.Move move(Move move) {
    return ControllerBlob.Move.newBuilder()
        .setId(move.id())
        .setShard(move.shard())
        .setFrom(move.from())
        .setFromIncarnation(move.fromIncarnation())
        .setTo(move.to())
        .setToIncarnation(move.toIncarnation())
        .setNewEpoch(move.newEpoch())
        .setPhase(code(move.phase()))
        .setSourceAcked(move.sourceAcked())
        .setTargetAcked(move.targetAcked())
        .setReason(move.reason())
        .setFigures(Messages.figures(move.tally()))
        .build();
  }

  private static Move move(ControllerBlob.Move move) {
    return new Move(
        move.getId(),
        move.getShard(),
        move.getFrom(),
        move.getFromIncarnation(),
        move.getTo(),
        move.getToIncarnation(),
        move.getNewEpoch(),
        phase(move.getPhase()),
        move.getSourceAcked(),
        move.getTargetAcked(),
        move.getReason(),
        Messages.tally(move.getFigures()));
  }

  private static int code(Move.Phase phase) {
    return switch (phase) {
      case COPY -> 1;
      case COMMITTED -> 2;
      case ABORTED -> 3;
      case DONE -> 4;
    };
  }

  private static Move.Phase phase(int code) {
    for (Move.Phase phase : Move.Phase.values()) {
      if (code(phase) == code) {
        return phase;
      }
    }
    throw new AssertionError("phase " + code);
  }
}
