package io.flotilla.raft.host;

import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Numbers the starts on a data directory, so that peers can tell a life of this node from the ones
 * before it.
 *
 * <p>Two slots, in sectors of their own, written in turn: a torn write leaves the other, and a full
 * disk has room for a number that is written over. On the file loop.
 */
final class BootFile {
  static final String NAME = "boots";

  private static final int SLOT_BYTES = 4_096;
  private static final int NUMBER_BYTES = 8;
  private static final int RECORD_BYTES = 16;

  private final Disk disk;

  BootFile(Disk disk) {
    this.disk = disk;
  }

  /** The number of this start, durable: larger than all before it. */
  long next() throws DiskException {
    if (!disk.exists(NAME)) {
      try (DiskFile created = disk.create(NAME)) {
        created.preallocate(2L * SLOT_BYTES);
        created.datasync();
      }
      disk.dirSync("");
    }
    try (DiskFile file = disk.open(NAME)) {
      // A crash while it was made may have left it short.
      file.preallocate(2L * SLOT_BYTES);
      long number = Math.max(read(file, 0), read(file, 1)) + 1;
      file.write(number % 2 * SLOT_BYTES, record(number));
      file.datasync();
      return number;
    }
  }

  private static long read(DiskFile file, int slot) throws DiskException {
    ByteBuffer bytes = ByteBuffer.allocate(RECORD_BYTES);
    file.read((long) slot * SLOT_BYTES, bytes);
    bytes.flip();
    if (bytes.remaining() < RECORD_BYTES) {
      return 0;
    }
    long number = bytes.getLong();
    return number > 0 && bytes.getLong() == crc(number) ? number : 0;
  }

  private static ByteBuffer record(long number) {
    return ByteBuffer.allocate(RECORD_BYTES).putLong(number).putLong(crc(number)).flip();
  }

  private static long crc(long number) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(NUMBER_BYTES).putLong(number).flip());
    return crc.getValue();
  }
}
