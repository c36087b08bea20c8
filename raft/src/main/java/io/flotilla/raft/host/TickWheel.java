package io.flotilla.raft.host;

import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.runtime.Timeout;
import java.util.function.LongConsumer;

/**
 * Turns the loop's clock into ticks. Owned by the loop.
 *
 * <p>A loop that ran late counts one tick, not the time it slept: a process that was paused has not
 * failed to hear its leader, it has not listened (thesis 6.4.1 needs the opposite for leases).
 */
final class TickWheel {
  private final EventLoop loop;
  private final long tickNanos;
  private final LongConsumer onTick;
  private long now;
  private Timeout next;
  private boolean isStopped;

  TickWheel(EventLoop loop, long tickNanos, LongConsumer onTick) {
    this.loop = loop;
    this.tickNanos = tickNanos;
    this.onTick = onTick;
    this.next = loop.schedule(tickNanos, this::tick);
  }

  void stop() {
    isStopped = true;
    next.cancel();
  }

  /** Nanoseconds of ticks so far: the clock that cores see. */
  long now() {
    return now;
  }

  private void tick() {
    if (isStopped) {
      return;
    }
    now += tickNanos;
    next = loop.schedule(tickNanos, this::tick);
    onTick.accept(now);
  }
}
