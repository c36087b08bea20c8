package io.flotilla.sim.history.check;

import io.flotilla.sim.history.OpStatus;
import io.flotilla.sim.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tries every order of a few operations on one key: the definition, and nothing clever. */
final class BruteForce {
  private BruteForce() {}

  static boolean isLinearizable(Optional<String> initial, List<Operation> operations) {
    List<Operation> judged =
        operations.stream().filter(operation -> operation.status() != OpStatus.FAIL).toList();
    return hasOrder(initial, judged);
  }

  private static boolean hasOrder(Optional<String> state, List<Operation> left) {
    if (left.stream().noneMatch(operation -> operation.status() == OpStatus.OK)) {
      return true;
    }
    for (Operation next : left) {
      boolean known = next.status() == OpStatus.OK;
      boolean mayBeNext = left.stream().noneMatch(other -> precedes(other, next));
      boolean fits = !known || KvModel.answer(state, next).equals(next.answer());
      if (mayBeNext && fits && hasOrder(KvModel.next(state, next), without(left, next))) {
        return true;
      }
    }
    return false;
  }

  private static boolean precedes(Operation one, Operation other) {
    return one.status() == OpStatus.OK && one.returned().getAsLong() < other.call();
  }

  private static List<Operation> without(List<Operation> left, Operation done) {
    List<Operation> rest = new ArrayList<>(left);
    rest.remove(done);
    return rest;
  }
}
