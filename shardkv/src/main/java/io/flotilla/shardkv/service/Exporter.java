package io.flotilla.shardkv.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.internal.v1.PieceRequest;
import io.flotilla.internal.v1.PieceResponse;
import io.flotilla.raft.GroupId;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.KvCommandCodec;
import io.flotilla.shardkv.group.MoveMessages;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.ShardState;
import io.flotilla.shardkv.group.Stamp;
import io.flotilla.shardkv.store.StoreDamage;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The source's side of a move, driven by the leader of the source's group: sees that the
 * destination is there, freezes the shard, sends its rows piece by piece until the destination is
 * ready. Owned by the loop.
 *
 * <p>It keeps nothing that a new leader would miss: where to go on is the destination's durable
 * cursor, which every answer names. Nothing here ever unfreezes a shard.
 */
final class Exporter {
  private static final String PIECE = "flotilla.internal.v1.Group/Piece";
  private static final long RETRY_NANOS = 50_000_000;

  private final EventLoop loop;
  private final Operations operations;
  private final GroupCalls calls;
  private final TreeSet<Stamped> driven = new TreeSet<>();

  /** A shard of a group being driven; one at a time for each, however often it is woken. */
  private record Stamped(int gid, int shard) implements Comparable<Stamped> {
    @Override
    public int compareTo(Stamped other) {
      int byGroup = Integer.compare(gid, other.gid);
      return byGroup != 0 ? byGroup : Integer.compare(shard, other.shard);
    }
  }

  Exporter(EventLoop loop, Operations operations, GroupCalls calls) {
    this.loop = loop;
    this.operations = operations;
    this.calls = calls;
  }

  /** Begins to drive the shard if it is on its way out of a group that is led here. */
  void wake(int gid, int shard) {
    if (isOurs(gid, shard) && driven.add(new Stamped(gid, shard))) {
      step(gid, shard, Optional.empty());
    }
  }

  private boolean isOurs(int gid, int shard) {
    Optional<OpenGroup> group = operations.group(gid);
    return group.isPresent()
        && group.get().isLedHere()
        && isLeaving(group.get().machine().shard(shard).phase());
  }

  private static boolean isLeaving(Phase phase) {
    return phase == Phase.EXPORTING || phase == Phase.FROZEN;
  }

  /**
   * One step from what is applied now.
   *
   * @param cursor where the destination wants to go on; empty if it has not been asked yet
   */
  private void step(int gid, int shard, Optional<ByteString> cursor) {
    if (!isOurs(gid, shard)) {
      driven.remove(new Stamped(gid, shard));
      return;
    }
    OpenGroup group = operations.group(gid).orElseThrow();
    ShardState state = group.machine().shard(shard);
    Optional<GroupMembers> destination = destination(state);
    if (destination.isEmpty()) {
      later(gid, shard);
    } else if (cursor.isEmpty()) {
      send(gid, shard, destination.get(), probe(shard, state));
    } else if (state.phase() == Phase.EXPORTING) {
      freeze(group, shard, state);
    } else {
      sendFrom(group, shard, destination.get(), cursor.get());
    }
  }

  /** A piece without rows changes nothing and is answered with the destination's cursor. */
  private static PieceRequest probe(int shard, ShardState state) {
    GroupId to = new GroupId(state.transit().peer(), state.transit().peerIncarnation());
    Stamp stamp = new Stamp(state.transit().move(), shard, state.transit().epoch(), to);
    return PieceRequest.newBuilder().setStamp(MoveMessages.toProto(stamp)).build();
  }

  private void freeze(OpenGroup group, int shard, ShardState state) {
    int gid = group.raft().id().gid();
    Stamp stamp =
        new Stamp(state.transit().move(), shard, state.transit().epoch(), group.raft().id());
    group
        .raft()
        .propose(
            KvCommandCodec.encode(new KvCommand.Freeze(stamp)),
            result -> step(gid, shard, Optional.of(ByteString.EMPTY)));
  }

  private void sendFrom(OpenGroup group, int shard, GroupMembers to, ByteString cursor) {
    int gid = group.raft().id().gid();
    try {
      Optional<KvCommand.Piece> piece = group.machine().piece(shard, cursor);
      if (piece.isPresent()) {
        send(gid, shard, to, MoveMessages.toProto(piece.get()));
      } else {
        // Everything is over there; the controller decides now. A new destination may ask again.
        later(gid, shard);
      }
    } catch (StoreDamage damage) {
      later(gid, shard);
    }
  }

  private void send(int gid, int shard, GroupMembers to, PieceRequest piece) {
    calls.ask(to, PIECE, piece.toByteString(), answer -> answered(gid, shard, to, answer));
  }

  private void answered(int gid, int shard, GroupMembers to, Optional<ByteString> answer) {
    try {
      if (answer.isEmpty()) {
        later(gid, shard);
        return;
      }
      PieceResponse response = PieceResponse.parseFrom(answer.get());
      if (response.hasNotLeader()) {
        calls.notLeader(to, response.getNotLeader().getLeader());
        later(gid, shard);
      } else if (response.getStatus().getRefused() || response.getStatus().getSuperseded()) {
        later(gid, shard);
      } else {
        step(gid, shard, Optional.of(response.getCursor()));
      }
    } catch (InvalidProtocolBufferException malformed) {
      later(gid, shard);
    }
  }

  private void later(int gid, int shard) {
    loop.schedule(RETRY_NANOS, () -> step(gid, shard, Optional.empty()));
  }

  private Optional<GroupMembers> destination(ShardState state) {
    Optional<ShardMap> map = operations.map();
    return map.map(known -> known.groups().get(state.transit().peer()))
        .filter(group -> group.incarnation() == state.transit().peerIncarnation());
  }
}
