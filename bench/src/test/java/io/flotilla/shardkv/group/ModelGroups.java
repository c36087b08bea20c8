package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import io.flotilla.internal.v1.ShardStatus;
import io.flotilla.shardkv.store.Row;
import io.flotilla.shardkv.store.RowKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Groups and commands by number. What a command makes of a group depends on nothing else, so the
 * rules run once for each pair and the search over whole clusters only looks it up.
 */
final class ModelGroups {
  final Interner<GroupImage> images = new Interner<>();
  final Interner<KvCommand> commands = new Interner<>();
  final Interner<Truth> truths = new Interner<>();
  final Interner<List<Integer>> imageSets = new Interner<>();
  private final Interner<ByteString> cursors = new Interner<>();
  private final MutatedRules rules;
  private final List<Applied[]> applied = new ArrayList<>();
  private final Map<Long, Integer> joined = new LinkedHashMap<>();
  private final Map<Long, List<Integer>> pieces = new LinkedHashMap<>();
  private final List<Facts> facts = new ArrayList<>();

  ModelGroups(ModelConfig config) {
    this.rules = new MutatedRules(config.mutant(), config.sizes());
    imageSets.number(List.of());
  }

  /**
   * What applying came to.
   *
   * @param after number of the image
   * @param executed whether an operation was evaluated, not just remembered
   * @param status what the group answers to a control command
   */
  record Applied(int after, KvResult result, boolean executed, ShardStatus status) {}

  /** What the search asks of an image again and again. */
  record Facts(
      Phase phase,
      long move,
      long epoch,
      int truth,
      boolean isClean,
      boolean isStuck,
      int cursor,
      long counter,
      ShardStatus status) {}

  Applied apply(int image, int command) {
    while (applied.size() <= image) {
      applied.add(new Applied[0]);
    }
    Applied[] ofImage = applied.get(image);
    if (command < ofImage.length && ofImage[command] != null) {
      return ofImage[command];
    }
    MutatedRules.Applied fresh = rules.apply(images.value(image), commands.value(command));
    check(images.value(image), fresh.after());
    ShardStatus status =
        fresh.result() instanceof KvResult.Standing standing && !standing.shards().isEmpty()
            ? MoveMessages.toProto(standing.shards().get(0))
            : ShardStatus.getDefaultInstance();
    int after = images.number(fresh.after());
    ofImage = Arrays.copyOf(ofImage, Math.max(ofImage.length, commands.size()));
    ofImage[command] = new Applied(after, fresh.result(), fresh.executed(), status);
    applied.set(image, ofImage);
    return ofImage[command];
  }

  int byItself(int image) {
    return images.number(rules.byItself(images.value(image)));
  }

  Facts facts(int image) {
    while (facts.size() <= image) {
      facts.add(factsOf(images.value(facts.size())));
    }
    return facts.get(image);
  }

  /** A set of images and one more. */
  int with(int set, int image) {
    long pair = (long) set << 32 | image;
    return joined.computeIfAbsent(
        pair,
        key -> {
          TreeSet<Integer> all = new TreeSet<>(imageSets.value(set));
          all.add(image);
          return imageSets.number(List.copyOf(all));
        });
  }

  /** The image as far as pieces depend on it: sessions only travel from a frozen shard. */
  int cuttable(int image) {
    GroupImage whole = images.value(image);
    return whole.phase() == Phase.FROZEN ? image : images.number(rules.cuttable(whole));
  }

  /** The pieces that leaders of a source in this image cut from a cursor on, by number. */
  List<Integer> pieces(int image, int cursor) {
    long pair = (long) image << 32 | cursor;
    return pieces.computeIfAbsent(
        pair,
        key ->
            rules.pieces(images.value(image), cursors.value(cursor)).stream()
                .map(commands::number)
                .toList());
  }

  /** Whether two images hold the same rows, sessions and counters. */
  boolean holdSame(int one, int other) {
    GroupImage a = images.value(one);
    GroupImage b = images.value(other);
    return a.rowsOf(RowKind.DATA).equals(b.rowsOf(RowKind.DATA))
        && a.rowsOf(RowKind.SESSION).equals(b.rowsOf(RowKind.SESSION))
        && a.state().tally().equals(b.state().tally());
  }

  private static void check(GroupImage before, GroupImage after) {
    Violation.unless(after.restarted().equals(after), "a restart changes the state");
    Violation.unless(
        after.state().fence() >= before.state().fence(), "I5: the fence has gone back");
    boolean frozen = before.phase() == Phase.FROZEN && after.phase() == Phase.FROZEN;
    Violation.unless(
        !frozen
            || (before.rows().equals(after.rows())
                && before.state().tally().equals(after.state().tally())),
        "I7: an effect after FREEZE");
  }

  private Facts factsOf(GroupImage image) {
    ShardState state = image.state();
    List<Truth.Key> keys = new ArrayList<>();
    for (ByteString key : GroupImage.KEYS) {
      Optional<Row> row = Optional.ofNullable(image.rowsOf(RowKind.DATA).get(key));
      keys.add(new Truth.Key(row.map(Row::value), row.map(Row::counter).orElse(0L)));
    }
    int truth = truths.number(new Truth(keys, state.tally().counter()));
    ByteString cursor = state.transit().cursor();
    return new Facts(
        state.phase(),
        state.transit().move(),
        state.epoch(),
        truth,
        state.phase() == Phase.ABSENT && image.rows().isEmpty(),
        state.transit().isStuck(),
        cursors.number(cursor),
        PieceCursor.decode(cursor).orElseThrow().counter(),
        MoveMessages.toProto(
            io.flotilla.shardkv.group.ShardStatus.of(
                image.id(),
                GroupImage.SHARD,
                state,
                io.flotilla.shardkv.group.ShardStatus.Verdict.ACCEPTED)));
  }
}
