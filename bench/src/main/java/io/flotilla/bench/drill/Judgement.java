package io.flotilla.bench.drill;

import io.flotilla.sim.history.check.Outcome;
import io.flotilla.sim.history.check.Verdict;

/**
 * What a history says of the cluster it was seen on.
 *
 * @param kind the verdict
 * @param text the same for people, a line or more
 */
public record Judgement(Kind kind, String text) {
  /** The verdicts there are. */
  public enum Kind {
    LINEARIZABLE,
    VIOLATION,
    UNDECIDED
  }

  static Judgement of(Verdict verdict) {
    Outcome outcome = verdict.outcome();
    Kind kind =
        switch (outcome) {
          case LINEARIZABLE -> Kind.LINEARIZABLE;
          case VIOLATION -> Kind.VIOLATION;
          case UNDECIDED -> Kind.UNDECIDED;
        };
    return new Judgement(kind, verdict.text());
  }
}
