package io.flotilla.sim.history;

import java.util.Optional;

/** What an operation answered. Immutable, any thread. */
public sealed interface Answer {
  /** No answer, or one that carries nothing (put, append). */
  Answer NONE = new None();

  /** The answer of a cas or delete that changed the key. */
  Answer YES = new Flag(true);

  /** The answer of a cas that was refused, or of a delete that found nothing. */
  Answer NO = new Flag(false);

  /** {@link #YES} or {@link #NO}. */
  static Answer of(boolean yes) {
    return yes ? YES : NO;
  }

  /** Nothing to compare. */
  record None() implements Answer {}

  /**
   * What a get saw.
   *
   * @param value the value, empty when the key was absent
   */
  record Read(Optional<String> value) implements Answer {}

  /**
   * What a cas or delete reported.
   *
   * @param yes whether it changed the key
   */
  record Flag(boolean yes) implements Answer {}
}
