package io.flotilla.shardkv.group;

import io.flotilla.shardctrler.move.MoveSteps;
import io.flotilla.shardctrler.move.Step;
import io.flotilla.shardctrler.state.Move;
import io.flotilla.shardkv.group.World.Field;
import java.util.Optional;

/** What holds in every state, and that every state can still be brought to rest. */
final class ModelInvariants {
  private static final int PIECES_MAX = 16;

  private final ModelConfig config;
  private final World layout;
  private final ModelGroups groups;
  private final ModelMoves moves;
  private final ModelDecisions decisions;
  private final ModelClient client;

  ModelInvariants(
      ModelConfig config,
      ModelGroups groups,
      ModelMoves moves,
      ModelDecisions decisions,
      ModelClient client) {
    this.config = config;
    this.layout = new World(config);
    this.groups = groups;
    this.moves = moves;
    this.decisions = decisions;
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
    boolean decided = false;
    for (Move move : moves.view(world).moves()) {
      boolean aborted = move.phase() == Move.Phase.ABORTED;
      boolean committed = !aborted && move.phase() != Move.Phase.COPY;
      decided |= committed && move.to() == group && facts.epoch() == move.newEpoch();
      decided |= aborted && move.from() == group && facts.epoch() == move.newEpoch() + 1;
    }
    Violation.unless(decided, "I2: served under an epoch the controller never gave");
    Violation.unless(
        facts.truth() == world[World.TRUTH], "I6: the owner's rows are not what was acknowledged");
  }

  /** I9 and I10: faults end, the open move is aborted, and everything comes to rest. */
  void heal(int[] world) {
    int[] healed = world;
    Optional<Move> live = moves.view(world).live();
    if (live.isPresent()) {
      if (live.get().phase() == Move.Phase.COPY) {
        if (!isStuck(world, live.get())) {
          through(world, live.get());
        }
        healed = decisions.abort(world, live.get());
      }
      healed = finish(healed, live.get().id());
    }
    rest(healed);
  }

  /** The same without an abort: a copy that nothing disturbs any more comes through. */
  int[] through(int[] world, Move move) {
    int[] now = moves.tell(world, move, Step.BEGIN_IMPORT);
    if (!move.isFirstOwnership()) {
      now = moves.tell(now, move, Step.BEGIN_EXPORT);
      now = moves.freeze(now, move);
      for (int i = 0; i < PIECES_MAX && !isReady(now, move); i++) {
        for (int piece : moves.piecesNow(now, move)) {
          now = moves.piece(now, move, piece);
        }
      }
    }
    Violation.unless(isReady(now, move), "I9: a copy that nothing disturbs does not come through");
    now = finish(decisions.commit(now, move), move.id());
    rest(now);
    return now;
  }

  /** Whether the source has forgotten a change, so that only an abort helps. */
  private boolean isStuck(int[] world, Move move) {
    return !move.isFirstOwnership() && groups.facts(world[move.from() - 1]).isStuck();
  }

  private boolean isReady(int[] world, Move move) {
    ModelGroups.Facts target = groups.facts(world[move.to() - 1]);
    return target.phase() == Phase.READY && target.move() == move.id();
  }

  /** Says what the real planner wants said until the move is over. */
  private int[] finish(int[] world, long id) {
    int[] now = world;
    Move move = moves.view(now).move(id);
    for (Step step : MoveSteps.due(move, true, true)) {
      now = decisions.acknowledge(moves.tell(now, move, step), moves.view(now).move(id));
    }
    Violation.unless(
        !ModelController.View.isLive(moves.view(now).move(id)), "I9: a move that can't be done");
    return now;
  }

  private void rest(int[] world) {
    int owner = moves.view(world).owner();
    long epoch = moves.view(world).epoch();
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
