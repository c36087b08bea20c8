package io.flotilla.sim.history.check;

import java.util.List;
import java.util.Optional;

/**
 * What was found out about a history. Immutable.
 *
 * @param outcome violation if any key has one; else undecided if any key is; else linearizable
 * @param operations how many operations were judged, failed ones included
 * @param keys how many keys they touched
 * @param violation the smallest offending key, explained
 * @param violatedKeys every offending key, sorted
 * @param undecidedKeys every key the budget did not suffice for, sorted
 */
public record Verdict(
    Outcome outcome,
    long operations,
    int keys,
    Optional<Violation> violation,
    List<String> violatedKeys,
    List<String> undecidedKeys) {

  public Verdict {
    violatedKeys = List.copyOf(violatedKeys);
    undecidedKeys = List.copyOf(undecidedKeys);
  }

  public boolean isLinearizable() {
    return outcome == Outcome.LINEARIZABLE;
  }

  /** The verdict in words, one line or more, without a line break at the end. */
  public String text() {
    String size = operations + " operations on " + keys + " keys";
    return switch (outcome) {
      case LINEARIZABLE -> "linearizable: " + size;
      case UNDECIDED ->
          "undecided: the budget ran out on %d of %d keys, first \"%s\""
              .formatted(undecidedKeys.size(), keys, undecidedKeys.get(0));
      case VIOLATION ->
          "NOT linearizable: %s, %d of them wrong%n%s"
              .formatted(size, violatedKeys.size(), violation.orElseThrow().text());
    };
  }
}
