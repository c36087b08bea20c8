package io.flotilla.raft;

import io.flotilla.base.runtime.DiskException;
import java.util.Optional;

/**
 * What a group replicates. Deterministic: the same commands in the same order give the same state
 * and the same results on every replica; time and chance come only inside commands.
 *
 * <p>All methods run on the group's loop and must not block; work on files happens on a loop of the
 * machine's own and comes back by the callback it was handed.
 *
 * @param <R> what applying a command answers
 */
public interface StateMachine<R> {
  /**
   * The checkpoint this machine was opened from: nothing up to its position will be applied again,
   * everything after it will. {@link LogPosition#ZERO} for a new one.
   */
  SnapshotHeader recovered();

  /**
   * Set if an earlier checkpoint was damaged and given up: the last position this replica had then
   * promised anything about, with the term it was in. It votes for nobody and leads nothing until
   * its log has brought back what it may have acknowledged up to there. Kept by the machine until
   * {@link #regained}.
   */
  default Optional<LogPosition> lost() {
    return Optional.empty();
  }

  /** What was {@link #lost} is durable here again. */
  default void regained() {}

  /**
   * Applies committed commands. An exception here is a broken invariant and stops the group. A
   * machine that finds its own state damaged answers no more, and has whoever opened it close it.
   */
  void apply(ApplyBatch<R> batch);

  /**
   * Writes the state as of the last applied batch to durable files, all or nothing; applying goes
   * on meanwhile. At most one at a time. Only after {@code done} may the log before {@code
   * header.position()} be dropped.
   */
  void checkpoint(SnapshotHeader header, CheckpointDone done);

  /** Pins the newest durable checkpoint for sending it to a follower. */
  SnapshotSource openSnapshot();

  /** Prepares to receive a checkpoint of {@code length} bytes from the leader. */
  SnapshotSink beginRestore(SnapshotHeader header, long length);

  /**
   * Replaces the state by the checkpoint whose {@link SnapshotSink#commit} has just succeeded.
   * Until then the old state stays in force; no batch is applied between commit and this call.
   */
  void restored();

  /** Releases files; nothing follows. */
  void close();

  /** How a checkpoint ended, called on the group's loop. */
  interface CheckpointDone {
    /** It is durable. */
    void durable();

    /** It failed; the previous checkpoint is still the one in force. */
    void failed(DiskException failure);
  }
}
