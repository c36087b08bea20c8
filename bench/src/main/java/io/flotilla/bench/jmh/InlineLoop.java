package io.flotilla.bench.jmh;

import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.runtime.Timeout;

/** Runs a task where it is submitted: the hand-over is no part of what is measured. One thread. */
final class InlineLoop implements EventLoop {
  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void execute(Runnable task) {
    task.run();
  }

  @Override
  public Timeout schedule(long delayNanos, Runnable task) {
    throw new UnsupportedOperationException("nothing here waits");
  }

  @Override
  public boolean inLoop() {
    return true;
  }
}
