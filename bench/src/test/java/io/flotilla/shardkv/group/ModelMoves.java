package io.flotilla.shardkv.group;

import static io.flotilla.shardkv.group.World.with;

import io.flotilla.internal.v1.ShardStatus;
import io.flotilla.raft.GroupId;
import io.flotilla.shardctrler.move.MoveSteps;
import io.flotilla.shardctrler.move.Reading;
import io.flotilla.shardctrler.move.Step;
import io.flotilla.shardctrler.state.Move;
import io.flotilla.shardkv.group.World.Field;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is said between the controller and the groups, and among groups. A command exists from the
 * moment the real planner first wants it said, for ever; pieces are cut from everything the source
 * has been since its move began. What a group answers is read by the controller's real rules, at
 * any later time.
 */
final class ModelMoves {
  private final ModelConfig config;
  private final World layout;
  private final ModelGroups groups;
  private final ModelController controller;
  private final Map<Move, Commands> commands = new HashMap<>();

  ModelMoves(ModelConfig config, ModelGroups groups, ModelController controller) {
    this.config = config;
    this.layout = new World(config);
    this.groups = groups;
    this.controller = controller;
  }

  /** Takes the states that follow. */
  interface Next {
    void to(int[] world, String step, long who);
  }

  ModelController.View view(int[] world) {
    return controller.view(world[World.CONTROLLER]);
  }

  private Commands commands(Move move) {
    return commands.computeIfAbsent(move, key -> Commands.of(groups.commands, key));
  }

  /** Every step of the network of moves. */
  void steps(int[] world, Next next) {
    for (Move move : view(world).moves()) {
      if (move.id() >= config.firstMove()) {
        arrivals(world, move, next);
      }
    }
  }

  /** Once said, a command may arrive at any time, any number of times. */
  private void arrivals(int[] world, Move move, Next next) {
    Commands all = commands(move);
    boolean isImporting = Field.IMPORTING.of(world[layout.heard(move.id())]) == 1;
    arrive(world, all, MoveSteps.due(all.copying(), isImporting, false), next);
    if (all.ending() != all.copying()) {
      arrive(world, all, MoveSteps.due(all.ending(), true, true), next);
    }
    if (!move.isFirstOwnership()) {
      next.to(freeze(world, move), "FREEZE", move.from());
      if (config.keys() > 1) {
        next.to(trim(world, move), "TRIM", move.from());
      }
      for (int piece : pieces(world, move)) {
        next.to(piece(world, move, piece), "PIECE", piece);
      }
    }
  }

  private void arrive(int[] world, Commands all, List<Step> due, Next next) {
    for (Step step : due) {
      next.to(tell(world, all.copying(), step), step.name(), place(all.copying(), step) + 1);
    }
  }

  private static int place(Move move, Step step) {
    return (step.isToTarget() ? move.to() : move.from()) - 1;
  }

  /**
   * The pieces that any leader of the source has cut, or will yet cut from what it has once been,
   * and that the target may take: all others have no effect.
   */
  Set<Integer> pieces(int[] world, Move move) {
    ModelGroups.Facts target = groups.facts(world[move.to() - 1]);
    Set<Integer> all = new LinkedHashSet<>();
    if (target.move() == move.id() && target.phase().arrives()) {
      for (int source : groups.imageSets.value(world[layout.sources(move.id())])) {
        all.addAll(groups.pieces(source, target.cursor()));
      }
    }
    return all;
  }

  /** The pieces that the source's leader cuts now. */
  List<Integer> piecesNow(int[] world, Move move) {
    int cursor = groups.facts(world[move.to() - 1]).cursor();
    return groups.pieces(world[move.from() - 1], cursor);
  }

  /** The source is told what the target holds durably. */
  private int[] trim(int[] world, Move move) {
    ModelGroups.Facts target = groups.facts(world[move.to() - 1]);
    if (target.move() != move.id() || !target.phase().arrives() || target.counter() == 0) {
      return world;
    }
    GroupId source = new GroupId(move.from(), move.fromIncarnation());
    Stamp stamp = new Stamp(move.id(), GroupImage.SHARD, move.newEpoch(), source);
    int place = move.from() - 1;
    int command = groups.commands.number(new KvCommand.Trim(stamp, target.counter()));
    return changed(world, place, groups.apply(world[place], command).after());
  }

  int[] freeze(int[] world, Move move) {
    int place = move.from() - 1;
    int command = commands(move).freeze();
    return changed(world, place, groups.apply(world[place], command).after());
  }

  int[] piece(int[] world, Move move, int piece) {
    int place = move.to() - 1;
    return changed(world, place, groups.apply(world[place], piece).after());
  }

  /** A group is told, and its answer may be heard from then on. */
  int[] tell(int[] world, Move move, Step step) {
    Commands all = commands(view(world).move(move.id()));
    int place = place(move, step);
    ModelGroups.Applied applied = groups.apply(world[place], all.number(step));
    int[] after = changed(world, place, applied.after());
    Reading reading = MoveSteps.read(all.saying(step), step, applied.status());
    return hear(after, move.id(), reading, step);
  }

  private int[] hear(int[] world, long id, Reading reading, Step step) {
    Field field =
        switch (reading) {
          case IMPORTING -> Field.IMPORTING;
          case READY -> Field.READY;
          case ACKNOWLEDGED -> step.isToTarget() ? Field.TARGET_ACK : Field.SOURCE_ACK;
          case NOTHING, EXPORTING, HOPELESS -> Field.STATUS;
        };
    int place = layout.heard(id);
    // That nothing helps but an abort changes nothing here: an abort is always possible.
    return field == Field.STATUS || field.of(world[place]) == 1
        ? world
        : with(world, place, field, 1);
  }

  /** A group has a new image: what it reports and sends from then on is on the network for ever. */
  int[] changed(int[] world, int place, int image) {
    if (world[place] == image) {
      return world;
    }
    ModelGroups.Facts facts = groups.facts(image);
    Phase before = groups.facts(world[place]).phase();
    int[] after = settled(with(world, place, image), place);
    if (facts.move() == 0 || facts.move() > view(world).moves().size()) {
      return after;
    }
    Move move = view(world).move(facts.move());
    if (facts.phase().leaves()) {
      int sources = layout.sources(move.id());
      if (!isPast(after, move)) {
        after[sources] = groups.with(after[sources], groups.cuttable(image));
      }
    } else if (facts.phase() == Phase.READY) {
      ShardStatus report = facts.status();
      Reading reading = MoveSteps.readReport(commands(move).copying(), report);
      after = hear(after, move.id(), reading, Step.BEGIN_IMPORT);
      if (before != Phase.READY && move.phase() == Move.Phase.COPY) {
        checkReady(after, move, image);
      }
    }
    return after;
  }

  /** A target that has come through a move, or out of it, takes no piece of it ever again. */
  private int[] settled(int[] world, int place) {
    for (Move move : view(world).moves()) {
      if (move.to() - 1 == place && isPast(world, move)) {
        world[layout.sources(move.id())] = 0;
      }
    }
    return world;
  }

  private boolean isPast(int[] world, Move move) {
    ModelGroups.Facts target = groups.facts(world[move.to() - 1]);
    return target.move() > move.id()
        || (target.move() == move.id() && target.phase() != Phase.STAGING);
  }

  private void checkReady(int[] world, Move move, int image) {
    if (!move.isFirstOwnership()) {
      ModelGroups.Facts source = groups.facts(world[move.from() - 1]);
      Violation.unless(
          source.phase() == Phase.FROZEN && source.move() == move.id(),
          "I3: READY, but the source is not frozen");
      Violation.unless(
          groups.holdSame(image, world[move.from() - 1]),
          "I3: READY with other rows than the source");
    }
  }
}
