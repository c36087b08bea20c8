package io.flotilla.shardctrler.move;

import io.flotilla.shardctrler.state.MoveTally;

/**
 * How far a copy is: a figure for people, nothing is decided by it. Immutable.
 *
 * @param come what has come to the target
 * @param totalBytes what the source had when it began; 0 if that is not known
 * @param elapsedNanos since this leader has known of the move
 */
public record MoveProgress(MoveTally come, long totalBytes, long elapsedNanos) {
  private static final double SECOND_NANOS = 1e9;

  /** On average until now. */
  public long bytesPerSecond() {
    return elapsedNanos <= 0 ? 0 : (long) (come.bytes() / (elapsedNanos / SECOND_NANOS));
  }

  /** What is left at that rate; 0 if nobody can say. */
  public double etaSeconds() {
    long left = totalBytes - come.bytes();
    return left <= 0 || bytesPerSecond() == 0 ? 0 : (double) left / bytesPerSecond();
  }
}
