package io.flotilla.bench.load;

import java.util.random.RandomGenerator;

/**
 * Ranks 0 to n - 1, rank r drawn in proportion to 1 / (r + 1)^0.99, as YCSB does.
 *
 * <p>Gray et al., "Quickly generating billion-record synthetic databases" (SIGMOD 1994): two ranks
 * exactly, the rest by a closed form. Immutable, any thread; setting up takes time in proportion to
 * n.
 */
final class Zipfian {
  private static final double THETA = 0.99;

  /** A prime above every n, so that multiplying by it permutes the numbers below n. */
  private static final long SCATTER = 2_654_435_761L;

  private final int n;
  private final double zetaN;
  private final double alpha = 1 / (1 - THETA);
  private final double eta;
  private final double second = 1 + Math.pow(0.5, THETA);

  Zipfian(int n) {
    this.n = n;
    double sum = 0;
    for (int rank = 1; rank <= n; rank++) {
      sum += Math.pow(rank, -THETA);
    }
    zetaN = sum;
    eta = (1 - Math.pow(2.0 / n, 1 - THETA)) / (1 - second / zetaN);
  }

  int next(RandomGenerator random) {
    double drawn = random.nextDouble();
    double scaled = drawn * zetaN;
    if (scaled < 1 || n == 1) {
      return 0;
    }
    if (scaled < second || n == 2) {
      return 1;
    }
    return Math.min(n - 1, (int) (n * Math.pow(eta * drawn - eta + 1, alpha)));
  }

  /** Spreads popular ranks over the key space; no two ranks share a key. */
  static long scattered(int rank, int n) {
    return rank * SCATTER % n;
  }
}
