package io.flotilla.raft.core;

import java.util.random.RandomGenerator;

/**
 * When a replica that hears no leader takes action (5.2). Drawn anew at every reset, so that two
 * replicas which collided once do not collide again.
 */
final class ElectionTimer {
  private final long minNanos;
  private final long rangeNanos;
  private final RandomGenerator random;
  private long deadlineNanos;

  ElectionTimer(CoreConfig config, RandomGenerator random) {
    this.minNanos = config.electionMinNanos();
    this.rangeNanos = config.electionMaxNanos() - config.electionMinNanos();
    this.random = random;
  }

  void reset(long nowNanos) {
    deadlineNanos = nowNanos + minNanos + random.nextLong(rangeNanos + 1);
  }

  /** Runs out at once: nobody else could be waited for. */
  void expire(long nowNanos) {
    deadlineNanos = nowNanos;
  }

  boolean expired(long nowNanos) {
    return nowNanos - deadlineNanos >= 0;
  }
}
