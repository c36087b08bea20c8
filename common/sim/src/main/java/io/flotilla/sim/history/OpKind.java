package io.flotilla.sim.history;

import java.util.Locale;

/** What a client asked for. */
public enum OpKind {
  GET,
  PUT,
  APPEND,
  DELETE,
  CAS;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** The word that stands for this kind in a history. */
  public String word() {
    return word;
  }

  /** True for the kinds that carry a value to write. */
  public boolean carriesValue() {
    return this == PUT || this == APPEND || this == CAS;
  }
}
