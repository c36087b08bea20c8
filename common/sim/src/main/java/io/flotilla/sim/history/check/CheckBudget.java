package io.flotilla.sim.history.check;

import java.util.function.BooleanSupplier;

/**
 * How much a check may spend before it says undecided; counted, not timed, so that the same history
 * gets the same verdict everywhere.
 *
 * @param stepsPerKey states the search of one key may visit
 * @param memoryInts how many ints of dead ends it may remember; more are forgotten, which costs
 *     steps and never the truth
 * @param giveUp asked every few thousand steps; true ends the check early
 */
public record CheckBudget(long stepsPerKey, int memoryInts, BooleanSupplier giveUp) {
  /** Decides histories of a million operations, in at most 300 MiB of memory. */
  public static final CheckBudget DEFAULT = new CheckBudget(20_000_000, 32 << 20, () -> false);

  /** This budget, with {@code steps} for each key. */
  public CheckBudget withStepsPerKey(long steps) {
    return new CheckBudget(steps, memoryInts, giveUp);
  }

  /** This budget, given up when {@code giveUp} says so. */
  public CheckBudget withGiveUp(BooleanSupplier giveUp) {
    return new CheckBudget(stepsPerKey, memoryInts, giveUp);
  }
}
