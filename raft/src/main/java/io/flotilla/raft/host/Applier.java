package io.flotilla.raft.host;

import io.flotilla.raft.ApplyBatch;
import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.StateMachine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Hands committed entries to a state machine in order, each once, with a budget a turn so that one
 * group's backlog cannot delay another group's heartbeats. Owned by the loop.
 */
final class Applier<R> {
  /** Entries applied before the clock is looked at again: one may cost a copy of a large value. */
  private static final int ENTRIES_PER_STEP = 64;

  private final StateMachine<R> machine;
  private final Proposals<R> proposals;
  private final ArrayDeque<Entry> committed = new ArrayDeque<>();
  private LogPosition applied;
  private long bytesSinceCheckpoint;
  private boolean isHeld;

  Applier(StateMachine<R> machine, Proposals<R> proposals, LogPosition applied) {
    this.machine = machine;
    this.proposals = proposals;
    this.applied = applied;
  }

  /** Queues committed entries; the core hands each out once, in order. */
  void commit(List<Entry> entries) {
    committed.addAll(entries);
  }

  /** Applies up to the turn's budget, but something; true if anything was applied. */
  boolean applySome(TurnBudget budget) {
    if (!hasBacklog()) {
      return false;
    }
    do {
      applyStep();
    } while (hasBacklog() && !budget.isSpent());
    return true;
  }

  private void applyStep() {
    int count = Math.min(committed.size(), ENTRIES_PER_STEP);
    List<Entry> commands = new ArrayList<>(count);
    LogPosition last = applied;
    for (int i = 0; i < count; i++) {
      Entry entry = committed.remove();
      bytesSinceCheckpoint += entry.sizeBytes();
      last = entry.position();
      if (entry.kind() == Entry.Kind.COMMAND) {
        commands.add(entry);
      }
    }
    applied = last;
    machine.apply(
        new ApplyBatch<>(
            commands, last, (command, result) -> proposals.complete(command.position(), result)));
  }

  boolean hasBacklog() {
    return !isHeld && !committed.isEmpty();
  }

  LogPosition applied() {
    return applied;
  }

  long bytesSinceCheckpoint() {
    return bytesSinceCheckpoint;
  }

  /** A checkpoint at the present position was started. */
  void checkpointStarted() {
    bytesSinceCheckpoint = 0;
  }

  /** Nothing may be applied while a received snapshot is being made the state. */
  void hold() {
    isHeld = true;
  }

  boolean isHeld() {
    return isHeld;
  }

  /** The held snapshot did not become the state; go on where we were. */
  void resume() {
    isHeld = false;
  }

  /** The state is now that of a snapshot; what was queued up to it is part of it. */
  void restored(LogPosition position) {
    applied = position;
    bytesSinceCheckpoint = 0;
    isHeld = false;
    while (!committed.isEmpty() && committed.peek().index() <= position.index()) {
      committed.remove();
    }
  }
}
