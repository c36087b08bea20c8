package io.flotilla.deploy.relay;

import java.util.Set;
import java.util.TreeSet;

/** Which directions between nodes carry nothing now. Thread-safe. */
final class Cuts {
  private final Set<Long> cut = new TreeSet<>();

  synchronized void add(int from, int to) {
    cut.add(direction(from, to));
  }

  synchronized void clear() {
    cut.clear();
    notifyAll();
  }

  /** Blocks while this direction is cut. */
  synchronized void await(int from, int to) throws InterruptedException {
    while (cut.contains(direction(from, to))) {
      wait();
    }
  }

  private static long direction(int from, int to) {
    return ((long) from << Integer.SIZE) | to;
  }
}
