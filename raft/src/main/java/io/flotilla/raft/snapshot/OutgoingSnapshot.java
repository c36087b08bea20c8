package io.flotilla.raft.snapshot;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.SnapshotSource;
import io.flotilla.raft.core.message.Message;

/**
 * One checkpoint on its way to one follower: a chunk at a time, the next only when the follower has
 * named the offset it wants, so that the transfer resumes wherever the follower stands and is paced
 * by its disk. Owned by the group's loop.
 */
public final class OutgoingSnapshot {
  private static final int CHUNK_BYTES = 256 << 10;
  private static final int TICKS_BEFORE_RESEND = 10;
  private static final int RESENDS_MAX = 10;

  /** Where chunks and the end of the transfer go. */
  public interface Port {
    /** Sends a chunk of the snapshot to the follower. */
    void send(SnapshotSource source, long offset, ByteString bytes);

    /** The transfer is over without success: the follower must be probed again. */
    void failed();
  }

  private final SnapshotSource source;
  private final SnapshotLoops loops;
  private final Port port;
  private long offset;
  private int quietTicks;
  private int resends;
  private boolean isReading;
  private boolean isOver;

  /** Starts to send {@code source} from its first byte; closes it in the end. */
  public OutgoingSnapshot(SnapshotSource source, SnapshotLoops loops, Port port) {
    this.source = source;
    this.loops = loops;
    this.port = port;
    sendFrom(0);
  }

  /** The follower answered; it wants the bytes from {@code reply.nextOffset()} on. */
  public void onReply(Message.SnapshotReply reply) {
    if (isOver || !reply.snapshot().equals(source.header().position())) {
      return;
    }
    if (reply.installed()) {
      close();
      return;
    }
    resends = 0;
    long next = Math.max(0, Math.min(reply.nextOffset(), source.length()));
    if (next != offset) {
      // Else it was sent already: an answer that comes twice must not double the transfer.
      sendFrom(next);
    }
  }

  /**
   * A tick went by: chunks and answers may be lost, so the last one is sent again after a while.
   */
  public void tick() {
    if (isOver || isReading || ++quietTicks < TICKS_BEFORE_RESEND) {
      return;
    }
    if (++resends > RESENDS_MAX) {
      fail();
    } else {
      sendFrom(offset);
    }
  }

  public boolean isOver() {
    return isOver;
  }

  /** Ends the transfer and unpins the checkpoint. */
  public void close() {
    if (!isOver) {
      isOver = true;
      source.close();
    }
  }

  private void sendFrom(long from) {
    if (isReading) {
      return;
    }
    offset = from;
    quietTicks = 0;
    isReading = true;
    loops.files().execute(() -> read(from));
  }

  private void read(long from) {
    try {
      ByteString bytes = source.read(from, CHUNK_BYTES);
      loops.loop().execute(() -> send(from, bytes));
    } catch (DiskException unreadable) {
      loops.loop().execute(this::fail);
    }
  }

  private void send(long from, ByteString bytes) {
    isReading = false;
    if (!isOver) {
      port.send(source, from, bytes);
    }
  }

  private void fail() {
    if (!isOver) {
      close();
      port.failed();
    }
  }
}
