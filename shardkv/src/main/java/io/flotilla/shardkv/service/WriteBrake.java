package io.flotilla.shardkv.service;

import io.flotilla.base.runtime.EventLoop;
import io.flotilla.shardkv.group.MoveSizes;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.ShardState;

/**
 * Slows down writes to a shard on its way out when they come faster than they can be carried over:
 * without it the copy of a busy shard would never end. Bounded in time and number. Owned by the
 * loop.
 */
final class WriteBrake {
  private static final long DELAY_NANOS_MAX = 100_000_000;
  private static final int WAITING_MAX = 4_096;

  private final EventLoop loop;
  private int waiting;

  WriteBrake(EventLoop loop) {
    this.loop = loop;
  }

  /**
   * How long a write to the shard should wait: not at all while half of what may be remembered of
   * its changes is free, then longer and longer.
   */
  static long delayNanos(ShardState state, MoveSizes sizes) {
    long bytes = state.transit().changes().bytes();
    long over = 2 * bytes - sizes.changeBytes();
    if (state.phase() != Phase.EXPORTING || state.transit().isStuck() || over <= 0) {
      return 0;
    }
    return Math.min(DELAY_NANOS_MAX, DELAY_NANOS_MAX * over / sizes.changeBytes());
  }

  /** Runs {@code write} after a while; false if too many wait already. */
  boolean delay(long delayNanos, Runnable write) {
    if (waiting >= WAITING_MAX) {
      return false;
    }
    waiting++;
    loop.schedule(
        delayNanos,
        () -> {
          waiting--;
          write.run();
        });
    return true;
  }
}
