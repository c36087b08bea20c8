package io.flotilla.sim.history.check;

import java.util.List;

/** Sends the operations of one key down the cheapest road that decides them exactly. */
final class KeyJudge {
  private final KeyHistory history;
  private final CheckBudget budget;

  KeyJudge(KeyHistory history, CheckBudget budget) {
    this.history = history;
    this.budget = budget;
  }

  /** Judges {@code ops}, which are the key's judged operations or some of them. */
  Decision decide(List<KeyOp> ops) {
    return AppendOrder.decide(history, ops)
        .or(() -> ValueChains.decide(history, ops, budget))
        .orElseGet(() -> PlainJobs.decide(history, ops, budget));
  }
}
