package io.flotilla.shardkv.store;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC32C of a table file: over everything behind its header, then the header, because the header is
 * written last. Bytes come in the order of the file. Confined to its user.
 */
final class TableChecksum {
  /** The header of a table file. */
  static final int HEAD_BYTES = 64;

  private final CRC32C crc = new CRC32C();
  private final ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);

  void update(ByteBuffer bytes) {
    ByteBuffer rest = bytes.duplicate();
    while (head.hasRemaining() && rest.hasRemaining()) {
      head.put(rest.get());
    }
    crc.update(rest);
  }

  /** The checksum; nothing can be added after. */
  int value() {
    crc.update(head.array(), 0, head.position());
    return (int) crc.getValue();
  }
}
