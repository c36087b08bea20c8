package io.flotilla.shardkv.group;

import static io.flotilla.shardkv.group.World.with;

import io.flotilla.shardkv.group.KvResult.Reason;
import io.flotilla.shardkv.group.World.Field;

/** One session, its attempts on the network, and what it concludes from the answers. */
final class ModelClient {
  private final ModelConfig config;
  private final World layout;
  private final ModelGroups groups;
  private final ModelMoves moves;
  private final int[][] requests;

  ModelClient(ModelConfig config, ModelGroups groups, ModelMoves moves) {
    this.config = config;
    this.layout = new World(config);
    this.groups = groups;
    this.moves = moves;
    this.requests = requests(config, groups);
  }

  void steps(int[] world, ModelMoves.Next next) {
    for (int op = 0; op < config.changes().size(); op++) {
      int place = layout.operation(op);
      if (config.givesUp() && Field.STATUS.of(world[place]) == World.OPEN) {
        next.to(with(world, place, Field.STATUS, conclusion(world[place])), "GIVE_UP", op);
      }
      for (int attempt = 0; attempt < config.attempts(); attempt++) {
        Field field = Field.attempt(attempt);
        int fate = field.of(world[place]);
        if (fate == World.UNSENT && Field.STATUS.of(world[place]) == World.OPEN) {
          int sent = World.SENT + firstIncomplete(world);
          next.to(with(world, place, field, sent), "SEND", op);
        } else if (fate >= World.SENT) {
          next.to(with(world, place, field, World.REFUSED), "REFUSE", op);
        }
        boolean alive = config.mutant() == Mutant.REFUSED_AND_EXECUTED && fate == World.REFUSED;
        if (fate >= World.SENT || alive) {
          deliver(world, op, attempt, 0, next);
          deliver(world, op, attempt, 1, next);
        }
      }
    }
  }

  /** Fail is a promise: only if every attempt that was sent was definitely refused. */
  private int conclusion(int operation) {
    for (int attempt = 0; attempt < config.attempts(); attempt++) {
      int fate = Field.attempt(attempt).of(operation);
      boolean definite = fate == World.UNSENT || fate == World.REFUSED;
      if (!definite && config.mutant() != Mutant.UNANSWERED_IS_FAIL) {
        return World.UNKNOWN;
      }
    }
    return World.FAILED;
  }

  private int firstIncomplete(int[] world) {
    int op = 0;
    while (op < config.changes().size()
        && Field.STATUS.of(world[layout.operation(op)]) != World.OPEN) {
      op++;
    }
    return op;
  }

  /** Number of the command that asks for an operation. */
  int request(int op, int firstIncomplete) {
    return requests[op][firstIncomplete];
  }

  private static int[][] requests(ModelConfig config, ModelGroups groups) {
    int count = config.changes().size();
    int[][] numbers = new int[count][count + 1];
    for (int op = 0; op < count; op++) {
      for (int firstIncomplete = 0; firstIncomplete <= count; firstIncomplete++) {
        OpId id = new OpId(config.session(), op + 1, firstIncomplete + 1);
        Change change = config.changes().get(op);
        numbers[op][firstIncomplete] =
            groups.commands.number(
                new KvCommand.Mutate(
                    GroupImage.SHARD, id, GroupImage.KEYS.get(config.key(op)), change));
      }
    }
    return numbers;
  }

  private void deliver(int[] world, int op, int attempt, int group, ModelMoves.Next next) {
    int place = layout.operation(op);
    Field field = Field.attempt(attempt);
    int firstIncomplete = Math.max(0, field.of(world[place]) - World.SENT);
    ModelGroups.Applied applied = groups.apply(world[group], request(op, firstIncomplete));
    KvResult result = applied.result();
    if (result instanceof KvResult.Parked) {
      return;
    }
    int[] after = moves.changed(world, group, applied.after());
    if (result instanceof KvResult.Answered answered) {
      int[] taken = effect(after, op, applied.executed(), answered.answer());
      next.to(with(taken, place, field, World.UNANSWERED), "LOSE_ANSWER", op);
      if (Field.STATUS.of(world[place]) == World.OPEN) {
        int[] told = with(taken, place, field, World.DELIVERED);
        next.to(with(told, place, Field.STATUS, World.ANSWERED), "ANSWER", op);
      }
      return;
    }
    boolean stale = result.equals(new KvResult.Refused(Reason.STALE));
    boolean over = stale || result.equals(new KvResult.Refused(Reason.SESSION_EXPIRED));
    Violation.unless(
        !stale || Field.STATUS.of(world[place]) != World.OPEN, "an open call is told STALE");
    int[] refused = with(after, place, field, World.REFUSED);
    next.to(over ? with(refused, place, Field.OVER, 1) : refused, "NO_EFFECT", op);
  }

  /** Compares an answer with what is true, and lets the truth follow. */
  private int[] effect(int[] world, int op, boolean executed, Answer answer) {
    int place = layout.operation(op);
    int operation = world[place];
    if (!executed) {
      Violation.unless(Field.EXECUTED.of(operation) == 1, "an answer to what was never executed");
      return world;
    }
    Violation.unless(Field.EXECUTED.of(operation) == 0, "I6: executed twice");
    Violation.unless(Field.STATUS.of(operation) != World.FAILED, "executed after FAIL");
    Violation.unless(Field.OVER.of(operation) == 0, "executed after STALE or EXPIRED");
    Truth truth = groups.truths.value(world[World.TRUTH]);
    Truth.Told told = truth.apply(config.key(op), config.changes().get(op));
    Violation.unless(told.answer().equals(answer), "told " + answer + ", true " + told.answer());
    int[] after = with(world, place, Field.EXECUTED, 1);
    after[World.TRUTH] = groups.truths.number(told.after());
    return after;
  }
}
