package io.flotilla.raft.host;

import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * When a state machine is written out, so that its log can be shortened. Owned by the loop.
 *
 * <p>One at a time; one that fails is tried again after a while, or a group that has fallen silent
 * would keep its log for ever. The log is marked as compacted only after the checkpoint is durable:
 * the other order loses data in a crash between the two.
 */
final class Checkpoints {
  /** A full disk is not asked again in the same breath; 10 s with the default heartbeat. */
  private static final int TICKS_BEFORE_RETRY = 200;

  private final StateMachine<?> machine;
  private final long logBytes;
  private final Consumer<LogPosition> onDurable;
  private final List<Runnable> whenIdle = new ArrayList<>();
  private LogPosition newest;
  private boolean isRunning;
  private int ticksToRetry;

  Checkpoints(StateMachine<?> machine, long logBytes, Consumer<LogPosition> onDurable) {
    this.machine = machine;
    this.logBytes = logBytes;
    this.onDurable = onDurable;
    this.newest = machine.recovered().position();
  }

  /** Starts one if the log has grown enough since the last. */
  void maybeStart(SnapshotHeader header, Applier<?> applier) {
    if (applier.bytesSinceCheckpoint() >= logBytes) {
      start(header, applier);
    }
  }

  /** A tick went by; true if one that failed is due again. */
  boolean isRetryDue() {
    return ticksToRetry > 0 && --ticksToRetry == 0;
  }

  /** Starts one now, unless one is running, received, or there is nothing new to write. */
  void start(SnapshotHeader header, Applier<?> applier) {
    // A replica that has not learnt its members yet could tell nobody who takes over from it.
    boolean isNameless = header.membership().voters().isEmpty();
    if (isRunning || isNameless || applier.isHeld() || header.position().equals(newest)) {
      return;
    }
    isRunning = true;
    ticksToRetry = 0;
    applier.checkpointStarted();
    machine.checkpoint(
        header,
        new StateMachine.CheckpointDone() {
          @Override
          public void durable() {
            newest = header.position();
            onDurable.accept(newest);
            idle();
          }

          @Override
          public void failed(DiskException failure) {
            ticksToRetry = TICKS_BEFORE_RETRY;
            idle();
          }
        });
  }

  /** Whether there is a durable checkpoint to send to a follower. */
  boolean hasOne() {
    return newest.index() > 0;
  }

  /** A received snapshot has become the newest checkpoint. */
  void installed(LogPosition position) {
    newest = position;
  }

  /** Runs {@code task} as soon as no checkpoint is being written. */
  void whenIdle(Runnable task) {
    if (isRunning) {
      whenIdle.add(task);
    } else {
      task.run();
    }
  }

  private void idle() {
    isRunning = false;
    List<Runnable> waiting = List.copyOf(whenIdle);
    whenIdle.clear();
    waiting.forEach(Runnable::run);
  }
}
