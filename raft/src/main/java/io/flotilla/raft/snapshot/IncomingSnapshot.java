package io.flotilla.raft.snapshot;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSink;

/**
 * A checkpoint arriving from the leader: staged in order, verified and installed as a whole. Owned
 * by the group's loop.
 *
 * <p>A chunk that is not the next one is answered with the offset that is; nothing of the present
 * state is touched before {@link SnapshotSink#commit}.
 */
public final class IncomingSnapshot {
  /** What the transfer tells its owner, on the group's loop. */
  public interface Port {
    /** Bytes up to {@code nextOffset} are staged. */
    void staged(long nextOffset);

    /** All bytes are staged; the owner calls {@link #commit} when the state may be replaced. */
    void complete();

    /** The snapshot is now the durable checkpoint. */
    void committed();

    /** What was staged is dropped; the leader may start again. */
    void failed(String reason);
  }

  private final SnapshotHeader header;
  private final long length;
  private final SnapshotSink sink;
  private final SnapshotLoops loops;
  private final Port port;
  private long staged;
  private boolean isWriting;
  private boolean isOver;

  public IncomingSnapshot(
      SnapshotHeader header, long length, SnapshotSink sink, SnapshotLoops loops, Port port) {
    this.header = header;
    this.length = length;
    this.sink = sink;
    this.loops = loops;
    this.port = port;
  }

  /** Whether chunks of a snapshot described so belong to this transfer. */
  public boolean isOf(SnapshotHeader otherHeader, long otherLength) {
    return !isOver && header.equals(otherHeader) && length == otherLength;
  }

  public SnapshotHeader header() {
    return header;
  }

  /** Takes the next bytes; others are answered with what is wanted, or ignored while busy. */
  public void onChunk(long offset, ByteString bytes) {
    if (isOver || isWriting) {
      return;
    }
    if (offset != staged || bytes.size() > length - staged) {
      port.staged(staged);
      return;
    }
    isWriting = true;
    loops.files().execute(() -> write(offset, bytes));
  }

  /** Makes the staged bytes the durable checkpoint. */
  public void commit() {
    loops.files().execute(this::commitFiles);
  }

  /** Ends the transfer; a commit that is already under way still reports. */
  public void abort() {
    if (!isOver) {
      isOver = true;
      loops.files().execute(sink::abort);
    }
  }

  /** Drops a complete transfer instead of committing it. */
  public void discard() {
    loops.files().execute(sink::abort);
  }

  private void write(long offset, ByteString bytes) {
    try {
      sink.write(offset, bytes);
      loops.loop().execute(() -> written(offset + bytes.size()));
    } catch (DiskException failure) {
      fail(failure.toString());
    }
  }

  private void written(long nextOffset) {
    isWriting = false;
    staged = nextOffset;
    if (isOver) {
      return;
    }
    if (staged == length) {
      isOver = true;
      port.complete();
    } else {
      port.staged(staged);
    }
  }

  private void commitFiles() {
    try {
      if (sink.commit()) {
        loops.loop().execute(port::committed);
      } else {
        fail("the bytes received are not a valid checkpoint");
      }
    } catch (DiskException failure) {
      fail(failure.toString());
    }
  }

  private void fail(String reason) {
    sink.abort();
    loops
        .loop()
        .execute(
            () -> {
              isOver = true;
              port.failed(reason);
            });
  }
}
