package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.internal.v1.ControllerBlob;
import io.flotilla.shardctrler.state.CommandCodec;
import io.flotilla.shardctrler.state.ControllerMachine;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.shardctrler.state.CtrlCommand;
import io.flotilla.shardctrler.state.Move;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Controllers by number: the real machine over the bytes of its checkpoint, so that every command
 * meets a controller that has just restarted. Old versions of the map are compacted away; they
 * decide nothing.
 */
final class ModelController {
  private static final long STEP_NANOS = 10;

  private final long spanNanos;
  private final Interner<ByteString> images = new Interner<>();
  private final Map<Asked, Integer> applied = new LinkedHashMap<>();
  private final List<View> views = new ArrayList<>();

  private record Asked(int image, CtrlCommand command) {}

  /**
   * What the search asks of a controller again and again.
   *
   * @param moves all there ever were, by id
   * @param hasLeft whether any group leaves or has left once
   */
  record View(
      ShardMap map,
      List<Move> moves,
      SortedSet<Integer> leaving,
      long expireBefore,
      boolean hasLeft) {
    int owner() {
      return map.shard(GroupImage.SHARD).owner();
    }

    long epoch() {
      return map.shard(GroupImage.SHARD).epoch();
    }

    Move move(long id) {
      return moves.get((int) id - 1);
    }

    /** The move that is not over. */
    Optional<Move> live() {
      return moves.stream().filter(View::isLive).findFirst();
    }

    static boolean isLive(Move move) {
      return !(move.sourceAcked() && move.targetAcked());
    }
  }

  /** Of a cluster that issues {@code blocks} blocks of sessions. */
  ModelController(int blocks) {
    this.spanNanos = STEP_NANOS * Math.max(1, blocks);
  }

  /** Two groups of one node each, and nobody who owns the shard. */
  int start(int blocks) {
    int now = images.number(new ControllerMachine("", 1).encode());
    for (int node = 1; node <= 2; node++) {
      now =
          apply(now, new CtrlCommand.Register(new NodeAddress(node, node, "c" + node, "p" + node)));
    }
    now = apply(now, new CtrlCommand.Join(List.of(group(1), group(2)), false));
    for (int block = 1; block <= blocks; block++) {
      now = apply(now, new CtrlCommand.LeaseBlock(1, 1, STEP_NANOS));
    }
    return now;
  }

  static CtrlCommand.NewGroup group(int gid) {
    return new CtrlCommand.NewGroup(gid, List.of(gid));
  }

  /** The sessions of one more block are over. */
  int raise(int image) {
    return apply(image, new CtrlCommand.AdvanceTime(STEP_NANOS, spanNanos));
  }

  int apply(int image, CtrlCommand command) {
    return applied.computeIfAbsent(
        new Asked(image, command),
        asked -> {
          ControllerMachine machine = machine(image);
          machine.apply(CommandCodec.encode(command));
          return images.number(compacted(machine));
        });
  }

  /** A controller that a broken rule has led to. */
  int edited(int image, Consumer<ControllerBlob.Builder> edit) {
    ControllerBlob.Builder blob = blob(images.value(image)).toBuilder();
    edit.accept(blob);
    return images.number(blob.build().toByteString());
  }

  View view(int image) {
    while (views.size() <= image) {
      views.add(viewOf(views.size()));
    }
    return views.get(image);
  }

  private View viewOf(int image) {
    ControllerState state = machine(image).state();
    List<Move> moves =
        Stream.concat(state.moves().stream(), state.finished().stream())
            .sorted(Comparator.comparingLong(Move::id))
            .toList();
    boolean hasLeft =
        !state.leaving().isEmpty()
            || state.map().groups().size() < 2
            || state.map().groups().values().stream().anyMatch(group -> group.incarnation() > 1);
    return new View(
        state.map(), moves, new TreeSet<>(state.leaving()), state.expireBefore(), hasLeft);
  }

  private ControllerMachine machine(int image) {
    ControllerMachine machine = new ControllerMachine("", 1);
    machine.decode(images.value(image));
    return machine;
  }

  private static ByteString compacted(ControllerMachine machine) {
    ControllerBlob.Builder blob = blob(machine.encode()).toBuilder();
    ControllerBlob.Builder latest = blob.clone().clearDeltas();
    ShardMap map = machine.state().map();
    latest.clearOldestShards().clearOldestGroups().setOldestVersion(1);
    latest
        .addOldestShardsBuilder()
        .setShard(GroupImage.SHARD)
        .setTarget(map.shard(GroupImage.SHARD).target())
        .setOwner(map.shard(GroupImage.SHARD).owner())
        .setEpoch(map.shard(GroupImage.SHARD).epoch());
    map.groups()
        .values()
        .forEach(
            group ->
                latest
                    .addOldestGroupsBuilder()
                    .setGid(group.gid())
                    .setIncarnation(group.incarnation())
                    .addNodes(blob.getNodes(group.gid() - 1)));
    return latest.build().toByteString();
  }

  private static ControllerBlob blob(ByteString bytes) {
    try {
      return ControllerBlob.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
