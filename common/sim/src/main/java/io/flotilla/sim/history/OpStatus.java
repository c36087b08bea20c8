package io.flotilla.sim.history;

import java.util.Locale;

/** How an operation ended for the client that asked. */
public enum OpStatus {
  /** Answered: it took effect once, between call and return, and its answer was the true one. */
  OK,
  /** It never took effect and never will. */
  FAIL,
  /** It may have taken effect, may do so later, or never. */
  UNKNOWN;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** The word that stands for this status in a history. */
  public String word() {
    return word;
  }
}
