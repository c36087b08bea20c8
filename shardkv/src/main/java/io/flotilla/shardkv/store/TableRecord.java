package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What a table file holds for a key: either the row itself, or where in the values file its value
 * is. The CRC covers the key as well, so that a damaged page can't pass one key's row off as
 * another's. See docs/formats/checkpoint.md.
 *
 * @param row the row; without its value if that is elsewhere
 * @param large where the value is, if it is not in the row
 */
record TableRecord(Row row, Optional<LargeValue> large) {
  /**
   * Longest value kept in the table. Eight pairs with keys of the greatest length must fit a page.
   */
  static final int INLINE_BYTES_MAX = 3 << 10;

  private static final int CRC_BYTES = 4;
  private static final int HEAD_BYTES = CRC_BYTES + 1 + 8;
  private static final int LARGE_BYTES = HEAD_BYTES + 8 + 4 + 4;
  private static final byte TOMBSTONE = 1;
  private static final byte LARGE = 2;

  /** A run of bytes in a values file. */
  record LargeValue(long offset, int length, int crc) {}

  byte[] encode(byte[] tableKey) {
    ByteBuffer out =
        ByteBuffer.allocate(large.isPresent() ? LARGE_BYTES : HEAD_BYTES + row.value().size());
    out.position(CRC_BYTES);
    out.put((byte) ((row.isTombstone() ? TOMBSTONE : 0) | (large.isPresent() ? LARGE : 0)));
    out.putLong(row.counter());
    if (large.isPresent()) {
      LargeValue value = large.get();
      out.putLong(value.offset()).putInt(value.length()).putInt(value.crc());
    } else {
      row.value().copyTo(out);
    }
    return out.putInt(0, crc(tableKey, out.array())).array();
  }

  /** The record that {@code bytes} are, or nothing if they are not what was written. */
  static Optional<TableRecord> decode(byte[] tableKey, byte[] bytes) {
    if (bytes.length < HEAD_BYTES) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.getInt() != crc(tableKey, bytes)) {
      return Optional.empty();
    }
    byte flags = in.get();
    long counter = in.getLong();
    if ((flags & LARGE) != 0) {
      LargeValue value = new LargeValue(in.getLong(), in.getInt(), in.getInt());
      return Optional.of(new TableRecord(Row.of(ByteString.EMPTY, counter), Optional.of(value)));
    }
    Row row =
        (flags & TOMBSTONE) != 0
            ? Row.tombstone(counter)
            : Row.of(
                UnsafeByteOperations.unsafeWrap(bytes, HEAD_BYTES, bytes.length - HEAD_BYTES),
                counter);
    return Optional.of(new TableRecord(row, Optional.empty()));
  }

  private static int crc(byte[] tableKey, byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(tableKey, 0, tableKey.length);
    crc.update(bytes, CRC_BYTES, bytes.length - CRC_BYTES);
    return (int) crc.getValue();
  }
}
