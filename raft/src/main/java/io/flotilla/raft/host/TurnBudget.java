package io.flotilla.raft.host;

import io.flotilla.base.runtime.EventLoop;

/**
 * How long the replicas of a node may apply and answer in one turn, together: meanwhile nobody
 * sends heartbeats. Each does one step whatever is left, so that all get on. Owned by the loop.
 */
final class TurnBudget {
  private static final long NANOS = 5_000_000;

  private final EventLoop loop;
  private final long beganNanos;

  private TurnBudget(EventLoop loop) {
    this.loop = loop;
    this.beganNanos = loop.nanoTime();
  }

  /** Of a turn that begins now. */
  static TurnBudget begin(EventLoop loop) {
    return new TurnBudget(loop);
  }

  boolean isSpent() {
    return loop.nanoTime() - beganNanos >= NANOS;
  }
}
