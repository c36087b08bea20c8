package io.flotilla.base.runtime;

/** A task scheduled for later. Cancelling twice, or after it ran, does nothing. Any thread. */
public interface Timeout {
  /** Prevents the task from running if it has not started. */
  void cancel();
}
