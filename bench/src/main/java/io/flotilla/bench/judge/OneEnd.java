package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.shardctrler.state.Move;
import java.util.TreeMap;

/** I4: a move is committed or aborted, never both and never undone. */
final class OneEnd implements Truth.Listener {
  private final TreeMap<Long, Move.Phase> ends = new TreeMap<>();

  @Override
  public void decided(ControllerState controller) {
    controller.moves().forEach(this::check);
    controller.finished().forEach(this::check);
  }

  void check(Move move) {
    Move.Phase end = move.phase() == Move.Phase.DONE ? Move.Phase.COMMITTED : move.phase();
    Move.Phase known = ends.getOrDefault(move.id(), Move.Phase.COPY);
    Check.that(
        known == Move.Phase.COPY || known == end,
        "one end: move %d was %s and is %s",
        move.id(),
        known,
        end);
    ends.put(move.id(), end);
  }
}
