package io.flotilla.raft.wal;

import io.flotilla.base.check.Check;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import java.nio.ByteBuffer;

/**
 * One file of the log: batches from the start, zeros behind them.
 *
 * <p>Space is claimed and synced ahead of the writes, so that the sync of a batch finds no change
 * of length or allocation to write down besides the batch itself. Log loop only.
 */
final class Segment {
  private static final String SUFFIX = ".log";
  private static final int ID_DIGITS = 20;

  private final long id;
  private final DiskFile file;
  private int position;
  private int claimed;
  private boolean dirty;
  private int pins;

  Segment(long id, DiskFile file) throws DiskException {
    this.id = id;
    this.file = file;
    this.claimed = Math.toIntExact(file.size());
  }

  /** The name of a segment in the log's directory. */
  static String name(long id) {
    return String.format("%0" + ID_DIGITS + "d", id) + SUFFIX;
  }

  /** Whether {@code name} is one this class gives. */
  static boolean isName(String name) {
    return name.length() == ID_DIGITS + SUFFIX.length()
        && name.endsWith(SUFFIX)
        && name.chars().limit(ID_DIGITS).allMatch(c -> c >= '0' && c <= '9');
  }

  static long idOf(String name) {
    return Long.parseLong(name.substring(0, ID_DIGITS));
  }

  long id() {
    return id;
  }

  /** Where the next batch goes. */
  int position() {
    return position;
  }

  /** Continues after a batch found at recovery. */
  void continueAt(int end) {
    position = end;
  }

  /** For scanning; whoever holds it does not close it. */
  DiskFile file() {
    return file;
  }

  int claimed() {
    return claimed;
  }

  /** Claims zeroed, durable space up to {@code needed}, in whole steps, within {@code limit}. */
  void claim(int needed, int step, int limit) throws DiskException {
    Check.that(needed <= limit, "segment %d cannot hold %d bytes", id, needed);
    if (claimed < needed) {
      long rounded = ((long) needed + step - 1) / step * step;
      int target = (int) Math.min(limit, rounded);
      file.preallocate(target);
      file.datasync();
      claimed = target;
      dirty = false;
    }
  }

  /** Writes a batch behind the last one; not durable before {@link #sync}. */
  void write(ByteBuffer batch) throws DiskException {
    int length = batch.remaining();
    Check.that(position + length <= claimed, "batch beyond claimed space of segment %d", id);
    dirty = true;
    file.write(position, batch);
    position += length;
  }

  /** Makes everything written durable; costs nothing if it is. */
  void sync() throws DiskException {
    if (dirty) {
      file.datasync();
      dirty = false;
    }
  }

  /** Makes durable also what an earlier process left in the page cache. */
  void syncAlways() throws DiskException {
    file.datasync();
    dirty = false;
  }

  /** Writes what can be read in {@code [offset, offset + length)} again, so that a sync counts. */
  void rewrite(int offset, int length) throws DiskException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(length);
    Check.that(read(offset, bytes), "batch beyond segment %d", id);
    file.write(offset, bytes.flip());
  }

  /** Fills the remaining of {@code target} from {@code offset}; false if the file is too short. */
  boolean read(long offset, ByteBuffer target) throws DiskException {
    file.read(offset, target);
    return !target.hasRemaining();
  }

  /** Overwrites {@code [position, end)} with zeros and syncs. */
  void wipe(int end) throws DiskException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(64 << 10);
    for (int at = position; at < end; at += zeros.limit()) {
      zeros.clear().limit(Math.min(zeros.capacity(), end - at));
      file.write(at, zeros);
    }
    syncAlways();
  }

  /** Something live stands here: the file must stay. */
  void pin() {
    pins++;
  }

  void unpin() {
    pins--;
    Check.that(pins >= 0, "segment %d unpinned too often", id);
  }

  boolean isPinned() {
    return pins > 0;
  }

  void close() {
    file.close();
  }
}
