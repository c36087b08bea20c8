package io.flotilla.sim.history.check;

/** What a check can say. */
public enum Outcome {
  /** One order explains everything. */
  LINEARIZABLE,
  /** No order does. */
  VIOLATION,
  /** The budget ran out first. */
  UNDECIDED
}
