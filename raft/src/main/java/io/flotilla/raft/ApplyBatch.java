package io.flotilla.raft;

import java.util.List;

/**
 * Committed commands in log order, handed to a {@link StateMachine} once.
 *
 * @param commands the command entries; empty if only no-ops or membership entries were committed
 * @param last position of the last committed entry of the batch, command or not
 * @param answers where each command's result goes
 */
public record ApplyBatch<R>(List<Entry> commands, LogPosition last, Answers<R> answers) {
  /** Receives results; must be called once for each command, in order, within {@code apply}. */
  public interface Answers<R> {
    /** The result of applying {@code command}. */
    void answer(Entry command, R result);
  }
}
