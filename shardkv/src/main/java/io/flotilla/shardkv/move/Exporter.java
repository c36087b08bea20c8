package io.flotilla.shardkv.move;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.Meter;
import io.flotilla.base.rpc.GroupCalls;
import io.flotilla.base.runtime.EventLoop;
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
import io.flotilla.shardkv.group.PieceCursor;
import io.flotilla.shardkv.group.ShardState;
import io.flotilla.shardkv.group.ShardStatus;
import io.flotilla.shardkv.group.Stamp;
import io.flotilla.shardkv.service.OpenGroup;
import io.flotilla.shardkv.service.Operations;
import io.flotilla.shardkv.store.StoreDamage;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The source's side of a move, driven by the leader of the source's group: sends the shard piece by
 * piece while it is served, freezes it when little is left, and sends that. Owned by the loop.
 *
 * <p>It keeps nothing that a new leader would miss: where to go on is the destination's durable
 * cursor, which every answer names. Nothing here ever unfreezes a shard.
 */
final class Exporter {
  private static final String PIECE = "flotilla.internal.v1.Group/Piece";
  private static final long RETRY_NANOS = 50_000_000;
  private static final long COPY_BYTES_PER_SECOND = 48 << 20;

  /** Every question costs the destination an entry of its log: who waits asks less and less. */
  private static final int DOUBLINGS_MAX = 4;

  private final EventLoop loop;
  private final Operations operations;
  private final GroupCalls calls;
  private final Meter meter;
  private final Consumer<ShardStatus> onStuck;
  private final Pace pace = new Pace(COPY_BYTES_PER_SECOND);
  private final TreeMap<Chain.Place, Chain> driven = new TreeMap<>();

  /**
   * Where a destination wants to go on.
   *
   * @param move the move it was asked about: what it says of one means nothing for the next
   */
  private record Heard(long move, ByteString cursor) {}

  /**
   * @param onStuck hears, again and again, of shards whose move can only be aborted
   */
  Exporter(
      EventLoop loop,
      Operations operations,
      GroupCalls calls,
      Meter meter,
      Consumer<ShardStatus> onStuck) {
    this.loop = loop;
    this.operations = operations;
    this.calls = calls;
    this.meter = meter;
    this.onStuck = onStuck;
  }

  /**
   * Drives the shard if it is on its way out of a group that is led here; one that waits for its
   * next turn takes it now.
   */
  void wake(int gid, int shard) {
    if (!isOurs(gid, shard)) {
      return;
    }
    Chain.Place place = new Chain.Place(gid, shard);
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
    int shard = chain.place.shard();
    if (!isOurs(chain.place.gid(), shard)) {
      driven.remove(chain.place);
      return;
    }
    OpenGroup group = operations.group(chain.place.gid()).orElseThrow();
    ShardState state = group.machine().shard(shard);
    Optional<GroupMembers> destination = destination(state);
    Optional<Heard> known = heard.filter(h -> h.move() == state.transit().move());
    if (state.transit().isStuck()) {
      onStuck.accept(group.machine().status(shard));
      later(chain);
    } else if (destination.isEmpty()) {
      later(chain);
    } else if (known.isEmpty()) {
      send(chain, state.transit().move(), destination.get(), probe(shard, state));
    } else {
      drive(chain, group, destination.get(), known.get());
    }
  }

  /** A piece without rows changes nothing and is answered with the destination's cursor. */
  private static PieceRequest probe(int shard, ShardState state) {
    GroupId to = new GroupId(state.transit().peer(), state.transit().peerIncarnation());
    Stamp stamp = new Stamp(state.transit().move(), shard, state.transit().epoch(), to);
    return PieceRequest.newBuilder().setStamp(MoveMessages.toProto(stamp)).build();
  }

  private void drive(Chain chain, OpenGroup group, GroupMembers to, Heard heard) {
    ShardState state = group.machine().shard(chain.place.shard());
    Optional<KvCommand.Piece> piece = cut(chain, group, heard);
    if (piece.isEmpty()) {
      // Everything is over there and the controller decides, or this leader has still to catch up.
      later(chain);
      return;
    }
    trim(chain, group, state, heard);
    switch (CopyPlan.next(
        state, piece.get(), group.machine().sizes(), chain.tripNanos, chain.refusals)) {
      case FREEZE -> freeze(chain, group, state, heard);
      case SEND -> {
        chain.refusals += CopyPlan.isLast(state, piece.get()) ? 1 : 0;
        sendPaced(chain, state, to, heard, piece.get());
      }
      case WAIT -> {
        chain.refusals++;
        again(chain, RETRY_NANOS, Optional.empty());
      }
    }
  }

  private static Optional<KvCommand.Piece> cut(Chain chain, OpenGroup group, Heard heard) {
    try {
      return group.machine().piece(chain.place.shard(), heard.cursor());
    } catch (StoreDamage damage) {
      return Optional.empty();
    }
  }

  /** Lets all replicas of the source forget what the destination holds. */
  private void trim(Chain chain, OpenGroup group, ShardState state, Heard heard) {
    OptionalLong upTo =
        CopyPlan.trim(
            state, PieceCursor.decode(heard.cursor()).orElseThrow(), group.machine().sizes());
    if (upTo.isPresent() && !chain.isTrimming) {
      chain.isTrimming = true;
      KvCommand trim = new KvCommand.Trim(stamp(chain, group, state), upTo.getAsLong());
      group.raft().propose(KvCommandCodec.encode(trim), result -> chain.isTrimming = false);
    }
  }

  private void freeze(Chain chain, OpenGroup group, ShardState state, Heard heard) {
    group
        .raft()
        .propose(
            KvCommandCodec.encode(new KvCommand.Freeze(stamp(chain, group, state))),
            result -> {
              if (result instanceof ProposeResult.Applied<KvResult>) {
                step(chain, Optional.of(heard));
              } else {
                later(chain); // A refusal comes within this call: to try at once would not end.
              }
            });
  }

  private static Stamp stamp(Chain chain, OpenGroup group, ShardState state) {
    ShardState.Transit transit = state.transit();
    return new Stamp(transit.move(), chain.place.shard(), transit.epoch(), group.raft().id());
  }

  /** While the shard is served there is no hurry; once it is frozen there is nothing else. */
  private void sendPaced(
      Chain chain, ShardState state, GroupMembers to, Heard heard, KvCommand.Piece piece) {
    long delay = state.phase() == Phase.EXPORTING ? pace.delayNanos(loop.nanoTime()) : 0;
    if (delay > 0) {
      again(chain, delay, Optional.of(heard));
      return;
    }
    PieceRequest request = MoveMessages.toProto(piece);
    int bytes = request.getSerializedSize();
    pace.sent(loop.nanoTime(), bytes);
    meter.count("flotilla_move_pieces_total", 1);
    meter.count("flotilla_move_sent_bytes_total", bytes);
    send(chain, heard.move(), to, request);
  }

  private void send(Chain chain, long move, GroupMembers to, PieceRequest piece) {
    long sentNanos = loop.nanoTime();
    calls.ask(
        to,
        PIECE,
        piece.toByteString(),
        Exporter::read,
        answer -> {
          chain.tripNanos = loop.nanoTime() - sentNanos;
          answered(chain, move, piece, answer);
        });
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
    if (isOver || PieceCursor.decode(answer.get().getCursor()).isEmpty()) {
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
    again(chain, RETRY_NANOS << Math.min(chain.waits++, DOUBLINGS_MAX), Optional.empty());
  }

  private void again(Chain chain, long delayNanos, Optional<Heard> heard) {
    chain.timer =
        Optional.of(
            loop.schedule(
                delayNanos,
                () -> {
                  chain.timer = Optional.empty();
                  step(chain, heard);
                }));
  }

  private Optional<GroupMembers> destination(ShardState state) {
    Optional<ShardMap> map = operations.map();
    return map.map(known -> known.groups().get(state.transit().peer()))
        .filter(group -> group.incarnation() == state.transit().peerIncarnation());
  }
}
