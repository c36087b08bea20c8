package io.flotilla.raft;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.DiskException;

/**
 * A checkpoint on its way in. All methods run on a file loop, in order; until {@link #commit}
 * nothing of the present state is touched.
 */
public interface SnapshotSink {
  /** Stages the next bytes; offsets are contiguous. */
  void write(long offset, ByteString bytes) throws DiskException;

  /**
   * Verifies what was staged and makes it the durable checkpoint, atomically.
   *
   * @return false if the bytes are not a valid checkpoint; then nothing has changed
   */
  boolean commit() throws DiskException;

  /** Drops what was staged. */
  void abort();
}
