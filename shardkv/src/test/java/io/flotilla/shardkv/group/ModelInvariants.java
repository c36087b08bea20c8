package io.flotilla.shardkv.group;

import io.flotilla.shardkv.group.World.Field;

/** What holds in every state, and that every state can still be brought to rest. */
final class ModelInvariants {
  private static final int PIECES_MAX = 16;

  private final ModelConfig config;
  private final World layout;
  private final ModelGroups groups;
  private final ModelMoves moves;
  private final ModelClient client;

  ModelInvariants(ModelConfig config, ModelGroups groups, ModelMoves moves, ModelClient client) {
    this.config = config;
    this.layout = new World(config);
    this.groups = groups;
    this.moves = moves;
    this.client = client;
  }

  void check(int[] world) {
    ModelGroups.Facts one = groups.facts(world[0]);
    ModelGroups.Facts two = groups.facts(world[1]);
    Violation.unless(
        !(one.phase().serves() && two.phase().serves()), "I1: two groups serve the shard");
    served(world, one, 1);
    served(world, two, 2);
  }

  private void served(int[] world, ModelGroups.Facts facts, int group) {
    if (!facts.phase().serves()) {
      return;
    }
    boolean decided = !config.isNew() && group == 1 && facts.epoch() == 1;
    for (int i = 0; i < config.moves(); i++) {
      int move = world[World.MOVES + i];
      int phase = Field.PHASE.of(move);
      int epoch = Field.NEW_EPOCH.of(move);
      boolean committed = phase == World.COMMITTED || phase == World.DONE_COMMITTED;
      boolean aborted = phase == World.ABORTED || phase == World.DONE_ABORTED;
      decided |= committed && Field.TO.of(move) == group && facts.epoch() == epoch;
      decided |= aborted && Field.FROM.of(move) == group && facts.epoch() == epoch + 1;
    }
    Violation.unless(decided, "I2: served under an epoch the controller never gave");
    Violation.unless(
        facts.truth() == world[World.TRUTH], "I6: the owner's rows are not what was acknowledged");
  }

  /** I9 and I10: faults end, the open move is aborted, and everything comes to rest. */
  void heal(int[] world) {
    int[] healed = world;
    for (int i = 0; i < config.moves(); i++) {
      if (Field.PHASE.of(healed[World.MOVES + i]) == World.COPY) {
        forward(healed, i);
        healed = moves.abort(healed, i);
      }
      healed = finish(healed, i);
    }
    rest(healed);
  }

  /** The same without an abort: a copy that nothing disturbs any more comes through. */
  private void forward(int[] world, int number) {
    Commands all = moves.commands(world, number);
    int[] now = moves.atTarget(world, number, all.beginImport());
    if (Field.FROM.of(world[World.MOVES + number]) != 0) {
      now = moves.atSource(now, number, all.beginExport());
      now = moves.atSource(now, number, all.freeze());
      for (int i = 0; i < PIECES_MAX && !isReady(now, number); i++) {
        for (int piece : groups.pieceSets.value(now[layout.pieces(number)])) {
          now = moves.atTarget(now, number, piece);
        }
      }
    }
    Violation.unless(
        isReady(now, number), "I9: a copy that nothing disturbs does not come through");
    rest(finish(moves.commit(now, number), number));
  }

  private boolean isReady(int[] world, int number) {
    int to = Field.TO.of(world[World.MOVES + number]);
    ModelGroups.Facts target = groups.facts(world[to - 1]);
    return target.phase() == Phase.READY && target.move() == number + 1;
  }

  private int[] finish(int[] world, int number) {
    int[] now = world;
    if (!moves.isLive(now, number)) {
      return now;
    }
    now = moves.lastAtTarget(now, number);
    if (Field.FROM.of(now[World.MOVES + number]) != 0) {
      now = moves.lastAtSource(now, number);
    }
    Violation.unless(
        moves.isAcknowledged(now[World.MOVES + number]), "I9: a move that can't be done");
    return moves.done(now, number);
  }

  private void rest(int[] world) {
    int owner = Field.OWNER.of(world[World.CONTROLLER]);
    int epoch = Field.EPOCH.of(world[World.CONTROLLER]);
    for (int group = 1; group <= 2; group++) {
      ModelGroups.Facts facts = groups.facts(world[group - 1]);
      if (group != owner) {
        Violation.unless(facts.isClean(), "I9, I10: something stays where nothing is owned");
        continue;
      }
      Violation.unless(
          facts.phase() == Phase.SERVING && facts.epoch() == epoch, "I9: the owner does not serve");
      Violation.unless(facts.truth() == world[World.TRUTH], "I9: the owner serves other rows");
      for (int op = 0; op < config.changes().size(); op++) {
        if (Field.STATUS.of(world[layout.operation(op)]) == World.OPEN) {
          KvResult result = groups.apply(world[group - 1], client.request(op, 0)).result();
          Violation.unless(
              result instanceof KvResult.Answered
                  || result.equals(new KvResult.Refused(KvResult.Reason.SESSION_EXPIRED)),
              "an open call that nobody can answer");
        }
      }
    }
  }
}
