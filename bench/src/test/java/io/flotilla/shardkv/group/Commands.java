package io.flotilla.shardkv.group;

import io.flotilla.raft.GroupId;
import io.flotilla.shardctrler.move.GroupCommands;
import io.flotilla.shardctrler.move.Step;
import io.flotilla.shardctrler.state.Move;
import io.flotilla.shardctrler.state.MoveTally;
import java.util.EnumMap;
import java.util.List;

/**
 * Everything that is ever said about one move: what the controller's real messages become when the
 * group's real codec has read them, by number, and the move as it stands while they are said.
 *
 * @param copying the move while its rows travel
 * @param ending the move after its decision; the same as {@code copying} before it
 * @param freeze what the source's leader proposes by itself; -1 if the shard is new
 */
record Commands(Move copying, Move ending, EnumMap<Step, Integer> numbers, int freeze) {
  static Commands of(Interner<KvCommand> interner, Move move) {
    Move copying = in(move, Move.Phase.COPY);
    boolean committed = move.phase() == Move.Phase.COMMITTED || move.phase() == Move.Phase.DONE;
    Move ending =
        move.phase() == Move.Phase.COPY
            ? copying
            : in(move, committed ? Move.Phase.COMMITTED : Move.Phase.ABORTED);
    EnumMap<Step, Integer> numbers = new EnumMap<>(Step.class);
    for (Step step : Step.values()) {
      Move saying = isOfTheCopy(step) ? copying : ending;
      if (step.isToTarget() || !move.isFirstOwnership()) {
        KvCommand command =
            MoveMessages.command(GroupCommands.of(step, List.of(saying))).orElseThrow();
        numbers.put(step, interner.number(command));
      }
    }
    GroupId source = new GroupId(move.from(), move.fromIncarnation());
    Stamp stamp = new Stamp(move.id(), GroupImage.SHARD, move.newEpoch(), source);
    int freeze = move.isFirstOwnership() ? -1 : interner.number(new KvCommand.Freeze(stamp));
    return new Commands(copying, ending, numbers, freeze);
  }

  private static boolean isOfTheCopy(Step step) {
    return step == Step.BEGIN_IMPORT || step == Step.BEGIN_EXPORT;
  }

  /** The move as it stands when {@code step} is said. */
  Move saying(Step step) {
    return isOfTheCopy(step) ? copying : ending;
  }

  int number(Step step) {
    return numbers.get(step);
  }

  /** The move in one of its phases, as nobody has acknowledged anything yet. */
  static Move in(Move move, Move.Phase phase) {
    return new Move(
        move.id(),
        move.shard(),
        move.from(),
        move.fromIncarnation(),
        move.to(),
        move.toIncarnation(),
        move.newEpoch(),
        phase,
        move.isFirstOwnership() && phase != Move.Phase.COPY,
        false,
        "",
        MoveTally.NONE);
  }
}
