package io.flotilla.bench.cluster;

import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Takes faults and clients out of a failing run for as long as it fails by the same rule: whole
 * kinds first, then clients, then the first and the last faults by halves. What is left is not the
 * least there could be, but each single step of taking more away has been tried.
 */
final class Shrinker {
  private static final int RUNS_MAX = 120;

  private final long seed;
  private final String rule;
  private final BiFunction<Long, Drops, SeedResult> runs;
  private SeedResult smallest;
  private int left = RUNS_MAX;

  private Shrinker(SeedResult failed, BiFunction<Long, Drops, SeedResult> runs) {
    this.seed = failed.seed();
    this.rule = failed.failure().orElseThrow().rule();
    this.runs = runs;
    this.smallest = failed;
  }

  /**
   * The smallest run found that fails as {@code failed} did.
   *
   * @param runs runs a seed with something left out
   */
  static SeedResult shrink(SeedResult failed, BiFunction<Long, Drops, SeedResult> runs) {
    Shrinker shrinker = new Shrinker(failed, runs);
    shrinker.dropKinds();
    shrinker.dropClients();
    shrinker.dropLateStrikes();
    shrinker.dropEarlyStrikes();
    return shrinker.smallest;
  }

  private void dropKinds() {
    for (FaultKind kind : FaultKind.values()) {
      if (smallest.drops().has(kind)) {
        isStillRed(smallest.drops().without(kind));
      }
    }
  }

  private void dropClients() {
    for (int clients = 1; clients < SeedRun.LANES; clients *= 2) {
      if (clients < smallest.drops().clients() && isStillRed(smallest.drops().clients(clients))) {
        return;
      }
    }
  }

  private void dropLateStrikes() {
    long last = Math.min(smallest.drops().lastStrike(), smallest.strikes());
    long step = Math.max(1, last - smallest.drops().firstStrike() + 1);
    while (step > 0) {
      long first = smallest.drops().firstStrike();
      if (last - step >= first - 1 && isStillRed(smallest.drops().strikes(first, last - step))) {
        last -= step;
      } else {
        step /= 2;
      }
    }
  }

  private void dropEarlyStrikes() {
    long last = Math.min(smallest.drops().lastStrike(), smallest.strikes());
    long first = smallest.drops().firstStrike();
    long step = Math.max(1, last - first + 1);
    while (step > 0) {
      if (first + step <= last + 1 && isStillRed(smallest.drops().strikes(first + step, last))) {
        first += step;
      } else {
        step /= 2;
      }
    }
  }

  private boolean isStillRed(Drops drops) {
    if (left-- <= 0) {
      return false;
    }
    SeedResult result = runs.apply(seed, drops);
    Optional<String> failed = result.failure().map(Failure::rule);
    boolean isSame = failed.isPresent() && failed.get().equals(rule);
    if (isSame) {
      smallest = result;
    }
    return isSame;
  }
}
