package io.flotilla.base.runtime;

/**
 * One thread of execution that owns mutable state: every fact belongs to exactly one loop.
 *
 * <p>Tasks run one at a time, in the order in which one caller submitted them. A task that throws
 * has broken an invariant: the owner of the loop stops the node. The simulated loop runs every loop
 * of a cluster in one thread and charges disk time to the loop that spent it; a task's {@code
 * execute} on another loop then takes effect when the task ends.
 */
public interface EventLoop {
  /** Monotonic nanoseconds with an arbitrary origin. Any thread. */
  long nanoTime();

  /**
   * Runs {@code task} on this loop after everything the caller has submitted before. Any thread.
   */
  void execute(Runnable task);

  /** Runs {@code task} on this loop, not before {@code delayNanos} have passed. Any thread. */
  Timeout schedule(long delayNanos, Runnable task);

  /** Whether the caller runs on this loop. */
  boolean inLoop();
}
