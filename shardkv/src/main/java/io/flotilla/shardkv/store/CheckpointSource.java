package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSource;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A checkpoint as one run of bytes: its manifest, then each table and its values file. */
final class CheckpointSource implements SnapshotSource {
  private final SnapshotHeader header;
  private final List<ByteBuffer> parts = new ArrayList<>();
  private final long length;
  private final AtomicBoolean isOpen = new AtomicBoolean(true);
  private final Runnable unpin;

  /** {@code unpin} is run once, by whoever closes this. */
  CheckpointSource(Checkpoint checkpoint, Runnable unpin) {
    this.header = checkpoint.manifest().header();
    this.unpin = unpin;
    parts.add(ManifestCodec.encode(checkpoint.manifest()).asReadOnlyByteBuffer());
    for (TableFile table : checkpoint.tables()) {
      parts.add(table.table());
      parts.add(table.values());
    }
    this.length = parts.stream().mapToLong(ByteBuffer::capacity).sum();
  }

  @Override
  public SnapshotHeader header() {
    return header;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public ByteString read(long offset, int maxBytes) throws DiskException {
    long start = offset;
    for (ByteBuffer part : parts) {
      if (start < part.capacity()) {
        int bytes = (int) Math.min(maxBytes, part.capacity() - start);
        try {
          return ByteString.copyFrom(part.slice((int) start, bytes));
        } catch (InternalError e) {
          throw new DiskException.Broken("a mapped checkpoint can't be read", e);
        }
      }
      start -= part.capacity();
    }
    return ByteString.EMPTY;
  }

  @Override
  public void close() {
    if (isOpen.getAndSet(false)) {
      unpin.run();
    }
  }
}
