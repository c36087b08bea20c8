package io.flotilla.shardkv.group;

import static io.flotilla.shardkv.group.World.with;

import io.flotilla.raft.GroupId;
import io.flotilla.shardkv.group.World.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The controller, and what its commands and the pieces do on arrival. Groups are 1 and 2. */
final class ModelMoves {
  private final ModelConfig config;
  private static final List<Field> IDENTITY =
      List.of(Field.FROM, Field.TO, Field.NEW_EPOCH, Field.FROM_INCARNATION, Field.TO_INCARNATION);

  private final World layout;
  private final ModelGroups groups;
  private final Map<Integer, Commands> commands = new HashMap<>();

  ModelMoves(ModelConfig config, ModelGroups groups) {
    this.config = config;
    this.layout = new World(config);
    this.groups = groups;
  }

  /** Takes the states that follow. */
  interface Next {
    void to(int[] world, String step, int who);
  }

  private int move(int[] world, int number) {
    return world[World.MOVES + number];
  }

  boolean isLive(int[] world, int number) {
    int phase = Field.PHASE.of(move(world, number));
    return phase >= World.COPY && phase <= World.ABORTED;
  }

  /** The commands of a move, by number; -1 where it has none. */
  Commands commands(int[] world, int number) {
    int move = move(world, number);
    int identity = number;
    for (Field field : IDENTITY) {
      identity = identity << 6 | field.of(move);
    }
    return commands.computeIfAbsent(identity, key -> Commands.of(groups.commands, number, move));
  }

  /** Every step of the controller and of the network of moves. */
  void steps(int[] world, Next next) {
    boolean live = false;
    for (int i = 0; i < config.moves(); i++) {
      live |= isLive(world, i);
    }
    for (int i = 0; i < config.moves(); i++) {
      if (Field.PHASE.of(move(world, i)) == World.UNPLANNED) {
        if (!live) {
          plan(world, i, next);
        }
        break;
      }
      arrivals(world, i, next);
      decisions(world, i, next);
    }
    if (config.leaves() && Field.LEAVES.of(world[World.CONTROLLER]) == 0) {
      leave(world, 1, next);
      leave(world, 2, next);
    }
  }

  private void plan(int[] world, int number, Next next) {
    int owner = Field.OWNER.of(world[World.CONTROLLER]);
    for (int to = 1; to <= 2; to++) {
      if (to != owner) {
        int move = Field.PHASE.set(0, World.COPY);
        move = Field.FROM.set(move, owner);
        move = Field.TO.set(move, to);
        move = Field.NEW_EPOCH.set(move, Field.EPOCH.of(world[World.CONTROLLER]) + 1);
        move = Field.SOURCE_ACK.set(move, owner == 0 ? 1 : 0);
        move = Field.TO_INCARNATION.set(move, incarnation(world, to));
        move = Field.FROM_INCARNATION.set(move, owner == 0 ? 0 : incarnation(world, owner));
        next.to(with(world, World.MOVES + number, move), "PLAN", to);
      }
    }
  }

  private int incarnation(int[] world, int group) {
    return (int) groups.facts(world[group - 1]).incarnation();
  }

  /** Once decided, a command may arrive at any time, any number of times. */
  private void arrivals(int[] world, int number, Next next) {
    int move = move(world, number);
    int phase = Field.PHASE.of(move);
    int from = Field.FROM.of(move);
    int to = Field.TO.of(move);
    Commands all = commands(world, number);
    next.to(atTarget(world, number, all.beginImport()), "BEGIN_IMPORT", to);
    if (from != 0) {
      next.to(atSource(world, number, all.beginExport()), "BEGIN_EXPORT", from);
      next.to(atSource(world, number, all.freeze()), "FREEZE", from);
    }
    for (int piece : groups.pieceSets.value(world[layout.pieces(number)])) {
      next.to(atTarget(world, number, piece), "PIECE", piece);
    }
    if (phase != World.COPY) {
      next.to(lastAtTarget(world, number), "ACTIVATE or DROP", to);
      if (from != 0) {
        next.to(lastAtSource(world, number), "RELEASE or END", from);
      }
    }
  }

  private static boolean isCommitted(int move) {
    int phase = Field.PHASE.of(move);
    return phase == World.COMMITTED || phase == World.DONE_COMMITTED;
  }

  int[] atTarget(int[] world, int number, int command) {
    int place = Field.TO.of(move(world, number)) - 1;
    return changed(world, place, groups.apply(world[place], command).after());
  }

  int[] atSource(int[] world, int number, int command) {
    int place = Field.FROM.of(move(world, number)) - 1;
    return changed(world, place, groups.apply(world[place], command).after());
  }

  /** What follows from the decision at the target; its acknowledgement exists from then on. */
  int[] lastAtTarget(int[] world, int number) {
    int move = move(world, number);
    Commands all = commands(world, number);
    int command = isCommitted(move) ? all.activate() : all.drop();
    return last(world, number, Field.TO.of(move) - 1, command, Field.TARGET_ACK);
  }

  /** The same at the source. */
  int[] lastAtSource(int[] world, int number) {
    int move = move(world, number);
    Commands all = commands(world, number);
    int command = isCommitted(move) ? all.release() : all.end();
    return last(world, number, Field.FROM.of(move) - 1, command, Field.SOURCE_ACK);
  }

  private int[] last(int[] world, int number, int place, int command, Field ack) {
    ModelGroups.Applied applied = groups.apply(world[place], command);
    int[] after = changed(world, place, applied.after());
    boolean isNew = applied.acknowledged() && ack.of(move(world, number)) == 0;
    return isNew ? with(after, World.MOVES + number, ack, 1) : after;
  }

  /** A group has a new image: what it reports and sends from then on is on the network for ever. */
  int[] changed(int[] world, int place, int image) {
    if (world[place] == image) {
      return world;
    }
    ModelGroups.Facts facts = groups.facts(image);
    Phase before = groups.facts(world[place]).phase();
    int[] after = with(world, place, image);
    for (int i = 0; i < config.moves(); i++) {
      if (facts.move() == i + 1 && facts.phase() == Phase.FROZEN) {
        int pieces = layout.pieces(i);
        after[pieces] = groups.piecesWith(after[pieces], image);
      } else if (facts.move() == i + 1 && facts.phase() == Phase.READY) {
        int move = after[World.MOVES + i];
        int ready = Field.READY.of(move) | 1 << facts.incarnation();
        after[World.MOVES + i] = Field.READY.set(move, ready);
        if (before != Phase.READY && Field.PHASE.of(move) == World.COPY) {
          checkReady(after, i, image);
        }
      }
    }
    return after;
  }

  private void checkReady(int[] world, int number, int image) {
    int from = Field.FROM.of(move(world, number));
    if (from != 0) {
      ModelGroups.Facts source = groups.facts(world[from - 1]);
      Violation.unless(
          source.phase() == Phase.FROZEN && source.move() == number + 1,
          "I3: READY, but the source is not frozen");
      Violation.unless(
          groups.holdSame(image, world[from - 1]), "I3: READY with other rows than the source");
    }
  }

  private void decisions(int[] world, int number, Next next) {
    int move = move(world, number);
    int phase = Field.PHASE.of(move);
    boolean mayCommit =
        phase == World.COPY
            || (phase == World.ABORTED && config.mutant() == Mutant.COMMIT_AFTER_ABORT);
    int life =
        config.mutant() == Mutant.READY_WITHOUT_INCARNATION
            ? 3
            : 1 << incarnation(world, Field.TO.of(move));
    if (mayCommit && (Field.READY.of(move) & life) != 0) {
      next.to(commit(world, number), "COMMIT", number + 1);
    }
    if (phase == World.COPY) {
      next.to(abort(world, number), "ABORT", number + 1);
    }
    if (isLive(world, number) && isAcknowledged(move)) {
      next.to(done(world, number), "DONE", number + 1);
    }
  }

  boolean isAcknowledged(int move) {
    boolean source = Field.SOURCE_ACK.of(move) == 1;
    boolean target = Field.TARGET_ACK.of(move) == 1;
    if (config.mutant() == Mutant.DONE_WITH_ONE_ACK && Field.PHASE.of(move) == World.COMMITTED) {
      return target;
    }
    return Field.PHASE.of(move) != World.COPY && source && target;
  }

  int[] commit(int[] world, int number) {
    int move = move(world, number);
    int[] after = with(world, World.MOVES + number, Field.PHASE, World.COMMITTED);
    int controller = Field.OWNER.set(world[World.CONTROLLER], Field.TO.of(move));
    after[World.CONTROLLER] = Field.EPOCH.set(controller, Field.NEW_EPOCH.of(move));
    return after;
  }

  int[] abort(int[] world, int number) {
    int move = move(world, number);
    int[] after = with(world, World.MOVES + number, Field.PHASE, World.ABORTED);
    after[World.CONTROLLER] =
        Field.EPOCH.set(world[World.CONTROLLER], Field.NEW_EPOCH.of(move) + 1);
    return after;
  }

  int[] done(int[] world, int number) {
    boolean committed = Field.PHASE.of(move(world, number)) == World.COMMITTED;
    int phase = committed ? World.DONE_COMMITTED : World.DONE_ABORTED;
    return with(world, World.MOVES + number, Field.PHASE, phase);
  }

  /** A group that owns nothing leaves and joins again as another life of itself. */
  private void leave(int[] world, int group, Next next) {
    if (Field.OWNER.of(world[World.CONTROLLER]) == group) {
      return;
    }
    int[] after = with(world, World.CONTROLLER, Field.LEAVES, 1);
    for (int i = 0; i < config.moves(); i++) {
      if (!isLive(after, i)) {
        continue;
      }
      boolean isTarget = Field.TO.of(move(after, i)) == group;
      boolean copies = Field.PHASE.of(move(after, i)) == World.COPY;
      if (copies && config.mutant() != Mutant.READY_WITHOUT_INCARNATION) {
        after = abort(after, i);
      }
      if (!copies || config.mutant() != Mutant.READY_WITHOUT_INCARNATION) {
        Field ack = isTarget ? Field.TARGET_ACK : Field.SOURCE_ACK;
        after = with(after, World.MOVES + i, ack, 1);
      }
    }
    GroupId again = new GroupId(group, incarnation(world, group) + 1);
    after[group - 1] = groups.images.number(GroupImage.empty(again));
    next.to(after, "LEAVE_AND_JOIN", group);
  }
}
