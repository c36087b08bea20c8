package io.flotilla.bench.lab;

import java.util.Locale;

/**
 * Which of two servers, that know nothing of each other, a client has to hear before it goes on.
 */
public enum Policy {
  /** Whoever answers. */
  ANY,
  /** Both. */
  ALL;

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
