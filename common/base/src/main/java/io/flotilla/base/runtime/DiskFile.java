package io.flotilla.base.runtime;

import java.nio.ByteBuffer;

/**
 * An open file of a {@link Disk}. Positions and lengths are in bytes; calls block and belong on a
 * disk loop, except reads of a {@link #map mapped} buffer.
 */
public interface DiskFile extends AutoCloseable {
  /** Current length, preallocated bytes included. */
  long size() throws DiskException;

  /** Claims space up to {@code length} (zero-filled); the only call that may answer Full. */
  void preallocate(long length) throws DiskException;

  /** Writes all remaining bytes of {@code source} at {@code position}. */
  void write(long position, ByteBuffer source) throws DiskException;

  /** Fills {@code target} from {@code position}; returns the bytes read, less only at the end. */
  int read(long position, ByteBuffer target) throws DiskException;

  /** Cuts the file to {@code length}. */
  void truncate(long length) throws DiskException;

  /** Makes contents and length durable. */
  void datasync() throws DiskException;

  /** A read-only view of a file that is never written again; stays valid after close and delete. */
  ByteBuffer map() throws DiskException;

  @Override
  void close();
}
