package io.flotilla.bench.load;

import java.util.TreeSet;

/**
 * Numbers of the keys that a load adds. A reader must only choose a key whose insert was
 * acknowledged, so what counts is the end of the unbroken row of acknowledged ones. Any thread.
 */
final class Inserts {
  private final TreeSet<Long> ahead = new TreeSet<>();
  private long next;
  private long settled;

  Inserts(long loaded) {
    next = loaded;
    settled = loaded;
  }

  /** The number for a key to be inserted. */
  synchronized long begin() {
    return next++;
  }

  /** This key's insert was acknowledged. */
  synchronized void acknowledged(long number) {
    ahead.add(number);
    while (ahead.remove(settled)) {
      settled++;
    }
  }

  /** Every key below this number is there. */
  synchronized long settled() {
    return settled;
  }
}
