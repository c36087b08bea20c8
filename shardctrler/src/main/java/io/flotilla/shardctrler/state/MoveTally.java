package io.flotilla.shardctrler.state;

/**
 * What a move cost, as far as its groups have said.
 *
 * @param bytes of rows carried over
 * @param rows carried over
 * @param rounds of catching up
 * @param pauseNanos between freeze and activation
 */
public record MoveTally(long bytes, long rows, int rounds, long pauseNanos) {
  /** Nothing known. */
  public static final MoveTally NONE = new MoveTally(0, 0, 0, 0);

  /** Both sides count the same things, each as far as it can see them: the larger number holds. */
  MoveTally merge(MoveTally other) {
    return new MoveTally(
        Math.max(bytes, other.bytes),
        Math.max(rows, other.rows),
        Math.max(rounds, other.rounds),
        Math.max(pauseNanos, other.pauseNanos));
  }
}
