package io.flotilla.bench.lab;

import java.util.random.RandomGenerator;

/**
 * Chance of one replica, which a scenario may take away: the core draws its election timeout from
 * here, so whoever may not be random waits exactly as long as the scenario says.
 */
final class Draws implements RandomGenerator {
  private final RandomGenerator free;
  private long from;
  private long to = Long.MAX_VALUE;

  Draws(RandomGenerator free) {
    this.free = free;
  }

  /** From now on nothing but this is drawn, as far as the bound allows. */
  void always(long value) {
    between(value, value);
  }

  /** From now on numbers in this range are drawn, as far as the bound allows. */
  void between(long low, long high) {
    from = low;
    to = high;
  }

  @Override
  public long nextLong() {
    return free.nextLong();
  }

  @Override
  public long nextLong(long bound) {
    long low = Math.min(from, bound - 1);
    long high = Math.min(to, bound - 1);
    return low + free.nextLong(high - low + 1);
  }
}
