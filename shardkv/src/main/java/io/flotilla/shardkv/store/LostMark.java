package io.flotilla.shardkv.store;

import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import io.flotilla.raft.LogPosition;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A note beside a store that its checkpoint was given up: what the replica had promised by then. It
 * is durable before the checkpoint goes, and goes when all of that is back. On the file loop.
 *
 * <p>Format: term and index of the position, CRC32C of both; big-endian.
 */
final class LostMark {
  private static final String NAME = "lost";
  private static final String DRAFT = "lost.tmp";
  private static final int BYTES = 8 + 8 + 4;

  /** No entry comes there; only a leader elected since ends what an unreadable mark began. */
  private static final long NOWHERE = Long.MAX_VALUE / 2;

  private final Disk disk;
  private final String directory;

  LostMark(Disk disk, String directory) {
    this.disk = disk;
    this.directory = directory;
  }

  /** What is noted; a note that cannot be read still says that everything may be lost. */
  Optional<LogPosition> read() throws DiskException {
    String path = directory + "/" + NAME;
    if (!disk.exists(path)) {
      return Optional.empty();
    }
    try (DiskFile file = disk.open(path)) {
      ByteBuffer bytes = ByteBuffer.allocate(BYTES);
      file.read(0, bytes);
      bytes.flip();
      boolean isWhole = bytes.remaining() == BYTES && bytes.getInt(16) == crc(bytes);
      return Optional.of(
          isWhole
              ? new LogPosition(bytes.getLong(), bytes.getLong())
              : new LogPosition(NOWHERE, NOWHERE));
    }
  }

  /** Notes {@code promised}, and keeps what an earlier note says that goes further. */
  void write(LogPosition promised) throws DiskException {
    LogPosition before = read().orElse(LogPosition.ZERO);
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putLong(Math.max(before.term(), promised.term()));
    bytes.putLong(Math.max(before.index(), promised.index()));
    bytes.putInt(crc(bytes)).flip();
    disk.delete(directory + "/" + DRAFT);
    try (DiskFile file = disk.create(directory + "/" + DRAFT)) {
      file.write(0, bytes);
      file.datasync();
    }
    disk.rename(directory + "/" + DRAFT, directory + "/" + NAME);
    disk.dirSync(directory);
  }

  void delete() throws DiskException {
    disk.delete(directory + "/" + NAME);
    disk.dirSync(directory);
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(0, BYTES - 4));
    return (int) crc.getValue();
  }
}
