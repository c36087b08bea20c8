package io.flotilla.shardkv.group;

import static io.flotilla.shardkv.group.World.with;

import io.flotilla.internal.v1.ShardStatus;
import io.flotilla.shardctrler.move.MoveSteps;
import io.flotilla.shardctrler.move.Reading;
import io.flotilla.shardctrler.move.Step;
import io.flotilla.shardctrler.state.Move;
import io.flotilla.shardkv.group.World.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is said between the controller and the groups, and among groups. A command exists from the
 * moment the real planner first wants it said, for ever; so does a piece. What a group answers is
 * read by the controller's real rules, at any later time.
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

  List<Integer> pieces(int[] world, Move move) {
    return groups.pieceSets.value(world[layout.pieces(move.id())]);
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
    int[] after = with(world, place, image);
    if (facts.move() == 0 || facts.move() > view(world).moves().size()) {
      return after;
    }
    Move move = view(world).move(facts.move());
    if (facts.phase() == Phase.FROZEN) {
      int pieces = layout.pieces(move.id());
      after[pieces] = groups.piecesWith(after[pieces], image);
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
