package io.flotilla.raft;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.DiskException;

/** A pinned, immutable checkpoint as one run of bytes. */
public interface SnapshotSource extends AutoCloseable {
  /** What it stands for. Any loop. */
  SnapshotHeader header();

  /** Total bytes. Any loop. */
  long length();

  /** Up to {@code maxBytes} from {@code offset}; empty only at the end. On a file loop. */
  ByteString read(long offset, int maxBytes) throws DiskException;

  /** Unpins it. Any loop. */
  @Override
  void close();
}
