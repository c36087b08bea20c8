package io.flotilla.shardkv.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.GroupCalls;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.runtime.Timeout;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.internal.v1.PieceRequest;
import io.flotilla.internal.v1.PieceResponse;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.ProposeResult;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.KvCommandCodec;
import io.flotilla.shardkv.group.KvResult;
import io.flotilla.shardkv.group.MoveMessages;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.ShardState;
import io.flotilla.shardkv.group.Stamp;
import io.flotilla.shardkv.store.StoreDamage;
import java.util.Optional;
import java.util.TreeMap;

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

  /** Every question costs the destination an entry of its log: who waits asks less and less. */
  private static final int DOUBLINGS_MAX = 4;

  private final EventLoop loop;
  private final Operations operations;
  private final GroupCalls calls;
  private final TreeMap<Place, Chain> driven = new TreeMap<>();

  /** A shard of a group. */
  private record Place(int gid, int shard) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int byGroup = Integer.compare(gid, other.gid);
      return byGroup != 0 ? byGroup : Integer.compare(shard, other.shard);
    }
  }

  /** A shard being driven: one chain of steps for each, however often it is woken. */
  private static final class Chain {
    private final Place place;
    private int waits;
    private Optional<Timeout> timer = Optional.empty();

    Chain(Place place) {
      this.place = place;
    }
  }

  /**
   * Where a destination wants to go on.
   *
   * @param move the move it was asked about: what it says of one means nothing for the next
   */
  private record Heard(long move, ByteString cursor) {}

  Exporter(EventLoop loop, Operations operations, GroupCalls calls) {
    this.loop = loop;
    this.operations = operations;
    this.calls = calls;
  }

  /**
   * Drives the shard if it is on its way out of a group that is led here; one that waits for its
   * next turn takes it now.
   */
  void wake(int gid, int shard) {
    if (!isOurs(gid, shard)) {
      return;
    }
    Place place = new Place(gid, shard);
    Chain chain = driven.get(place);
    if (chain == null) {
      chain = new Chain(place);
      driven.put(place, chain);
      step(chain, Optional.empty());
    } else if (chain.timer.isPresent()) {
      chain.timer.get().cancel();
      chain.timer = Optional.empty();
      chain.waits = 0;
      step(chain, Optional.empty());
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

  /** One step from what is applied now; {@code heard} is empty if nobody has been asked yet. */
  private void step(Chain chain, Optional<Heard> heard) {
    int gid = chain.place.gid();
    int shard = chain.place.shard();
    if (!isOurs(gid, shard)) {
      driven.remove(chain.place);
      return;
    }
    OpenGroup group = operations.group(gid).orElseThrow();
    ShardState state = group.machine().shard(shard);
    long move = state.transit().move();
    Optional<GroupMembers> destination = destination(state);
    Optional<ByteString> cursor = heard.filter(h -> h.move() == move).map(Heard::cursor);
    if (destination.isEmpty()) {
      later(chain);
    } else if (cursor.isEmpty()) {
      send(chain, move, destination.get(), probe(shard, state));
    } else if (state.phase() == Phase.EXPORTING) {
      freeze(chain, group, state, heard);
    } else {
      sendFrom(chain, group, destination.get(), new Heard(move, cursor.get()));
    }
  }

  /** A piece without rows changes nothing and is answered with the destination's cursor. */
  private static PieceRequest probe(int shard, ShardState state) {
    GroupId to = new GroupId(state.transit().peer(), state.transit().peerIncarnation());
    Stamp stamp = new Stamp(state.transit().move(), shard, state.transit().epoch(), to);
    return PieceRequest.newBuilder().setStamp(MoveMessages.toProto(stamp)).build();
  }

  private void freeze(Chain chain, OpenGroup group, ShardState state, Optional<Heard> heard) {
    Stamp stamp =
        new Stamp(
            state.transit().move(),
            chain.place.shard(),
            state.transit().epoch(),
            group.raft().id());
    group
        .raft()
        .propose(
            KvCommandCodec.encode(new KvCommand.Freeze(stamp)),
            result -> {
              if (result instanceof ProposeResult.Applied<KvResult>) {
                step(chain, heard);
              } else {
                later(chain); // A refusal comes within this call: to try at once would not end.
              }
            });
  }

  private void sendFrom(Chain chain, OpenGroup group, GroupMembers to, Heard heard) {
    try {
      Optional<KvCommand.Piece> piece = group.machine().piece(chain.place.shard(), heard.cursor());
      if (piece.isPresent()) {
        send(chain, heard.move(), to, MoveMessages.toProto(piece.get()));
      } else {
        // Everything is over there; the controller decides now. A new destination may ask again.
        later(chain);
      }
    } catch (StoreDamage damage) {
      later(chain);
    }
  }

  private void send(Chain chain, long move, GroupMembers to, PieceRequest piece) {
    calls.ask(
        to,
        PIECE,
        piece.toByteString(),
        Exporter::read,
        answer -> answered(chain, move, piece, answer));
  }

  private static GroupCalls.Heard<PieceResponse> read(ByteString bytes)
      throws InvalidProtocolBufferException {
    PieceResponse response = PieceResponse.parseFrom(bytes);
    return response.hasNotLeader()
        ? GroupCalls.Heard.notLeader(response.getNotLeader().getLeader())
        : GroupCalls.Heard.answer(response);
  }

  private void answered(Chain chain, long move, PieceRequest sent, Optional<PieceResponse> answer) {
    boolean isOver =
        answer
            .map(PieceResponse::getStatus)
            .filter(status -> !status.getRefused() && !status.getSuperseded())
            .isEmpty();
    if (isOver) {
      later(chain);
    } else {
      cameTo(chain, sent, new Heard(move, answer.get().getCursor()));
    }
  }

  private void cameTo(Chain chain, PieceRequest sent, Heard heard) {
    boolean isProbe = sent.getTo().isEmpty();
    if (!isProbe && heard.cursor().equals(sent.getFrom())) {
      later(chain); // It was taken for right and has changed nothing: no use in hurrying.
      return;
    }
    if (!isProbe) {
      chain.waits = 0;
    }
    step(chain, Optional.of(heard));
  }

  private void later(Chain chain) {
    long delay = RETRY_NANOS << Math.min(chain.waits++, DOUBLINGS_MAX);
    chain.timer =
        Optional.of(
            loop.schedule(
                delay,
                () -> {
                  chain.timer = Optional.empty();
                  step(chain, Optional.empty());
                }));
  }

  private Optional<GroupMembers> destination(ShardState state) {
    Optional<ShardMap> map = operations.map();
    return map.map(known -> known.groups().get(state.transit().peer()))
        .filter(group -> group.incarnation() == state.transit().peerIncarnation());
  }
}
