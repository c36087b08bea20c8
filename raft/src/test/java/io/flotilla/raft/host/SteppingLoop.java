package io.flotilla.raft.host;

import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.runtime.Timeout;

/** Only a clock, which goes on by the same step each time somebody looks. */
final class SteppingLoop implements EventLoop {
  private final long stepNanos;
  private long now;

  SteppingLoop(long stepNanos) {
    this.stepNanos = stepNanos;
  }

  @Override
  public long nanoTime() {
    now += stepNanos;
    return now;
  }

  @Override
  public void execute(Runnable task) {
    throw new AssertionError("no tasks here");
  }

  @Override
  public Timeout schedule(long delayNanos, Runnable task) {
    throw new AssertionError("no timers here");
  }

  @Override
  public boolean inLoop() {
    return true;
  }
}
