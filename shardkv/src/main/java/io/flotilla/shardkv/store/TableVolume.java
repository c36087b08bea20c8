package io.flotilla.shardkv.store;

import io.flotilla.base.runtime.DiskException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A table file while MapDB builds it: pages go straight to the file and only the first stays in
 * memory as well, because its header is filled in last. {@link #sync} finishes the file, and from
 * then on this is a {@link BufferVolume} of it. On the file loop until then.
 */
final class TableVolume extends BufferVolume {
  private final AppendFile file;
  private final CRC32C crc = new CRC32C();

  TableVolume(AppendFile file) {
    super(ByteBuffer.allocate(TableFile.PAGE_BYTES));
    this.file = file;
  }

  /** The bytes of the finished file. */
  ByteBuffer bytes() {
    return buffer;
  }

  /** Checksum of the finished file, as {@link TableChecksum} defines it. */
  int crc() {
    return (int) crc.getValue();
  }

  @Override
  public boolean isReadOnly() {
    return false;
  }

  @Override
  public void ensureAvailable(long offset) {}

  @Override
  public void putData(long offset, byte[] page, int from, int length) {
    try {
      if (offset == 0) {
        buffer.put(0, page, from, length);
      }
      int unchecked = offset == 0 ? TableChecksum.HEAD_BYTES : 0;
      crc.update(page, from + unchecked, length - unchecked);
      file.append(page, from, length);
    } catch (DiskException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void sync() {
    try {
      crc.update(buffer.array(), 0, TableChecksum.HEAD_BYTES);
      file.rewriteHead(buffer.slice(0, TableChecksum.HEAD_BYTES));
      file.finish();
      buffer = file.map();
    } catch (DiskException e) {
      throw new UncheckedIOException(e);
    }
  }
}
