package io.flotilla.shardkv.group;

import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.runtime.Timeout;
import java.util.ArrayDeque;
import java.util.Queue;

/** A loop without time that runs what was given to it when told to. */
final class QueueLoop implements EventLoop {
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  void run() {
    Runnable task;
    while ((task = tasks.poll()) != null) {
      task.run();
    }
  }

  @Override
  public long nanoTime() {
    return 0;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public Timeout schedule(long delayNanos, Runnable task) {
    throw new UnsupportedOperationException("no time passes here");
  }

  @Override
  public boolean inLoop() {
    return true;
  }
}
