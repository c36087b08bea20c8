package io.flotilla.shardkv.store;

import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import java.nio.ByteBuffer;

/**
 * A new file, written from front to back. Space is claimed ahead of every write, in growing steps,
 * so that a full disk is met where it does no harm; what was claimed too much goes back at the end.
 * On the file loop.
 */
final class AppendFile implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 << 10;
  private static final long CLAIM_BYTES_MAX = 16 << 20;

  private final DiskFile file;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private long flushed;
  private long claimed;

  private AppendFile(DiskFile file) {
    this.file = file;
  }

  static AppendFile create(Disk disk, String path) throws DiskException {
    return new AppendFile(disk.create(path));
  }

  /** Bytes appended so far. */
  long length() {
    return flushed + buffer.position();
  }

  void append(byte[] bytes, int from, int length) throws DiskException {
    int done = 0;
    while (done < length) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int step = Math.min(buffer.remaining(), length - done);
      buffer.put(bytes, from + done, step);
      done += step;
    }
  }

  /** Writes over the beginning of what was appended. */
  void rewriteHead(ByteBuffer head) throws DiskException {
    flush();
    file.write(0, head);
  }

  /** Makes what was appended the whole file, durable but for its name. */
  void finish() throws DiskException {
    flush();
    if (claimed != flushed) {
      file.truncate(flushed);
    }
    file.datasync();
  }

  /** The finished file, mapped. */
  ByteBuffer map() throws DiskException {
    return file.map();
  }

  @Override
  public void close() {
    file.close();
  }

  private void flush() throws DiskException {
    long end = length();
    if (end > claimed) {
      claimed = Math.max(end, claimed + Math.min(Math.max(claimed, BUFFER_BYTES), CLAIM_BYTES_MAX));
      file.preallocate(claimed);
    }
    file.write(flushed, buffer.flip());
    buffer.clear();
    flushed = end;
  }
}
