package io.flotilla.raft.wal;

import io.flotilla.raft.GroupId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What stands in front of a batch's records; see the package description for the layout.
 *
 * @param version format of the batch
 * @param bodyCrc CRC32C of everything after the header, padding included
 * @param length bytes of the batch, header and padding included
 * @param records records that follow
 * @param number the batch's own number; no gaps from batch to batch
 * @param store whose log it is
 * @param segment the file it was written to
 * @param offset where in that file
 * @param syncedThrough the last batch known durable when this one was written
 * @param firstSegment segments below this one hold nothing that is needed
 * @param groups the groups touched
 */
record BatchHeader(
    int version,
    int bodyCrc,
    int length,
    int records,
    long number,
    long store,
    long segment,
    long offset,
    long syncedThrough,
    long firstSegment,
    List<Touched> groups) {
  /** Batches begin at multiples of this, the unit a disk writes whole. */
  static final int ALIGN = 512;

  static final int MAGIC = 0x4c_41_57_46; // "FWAL", little-endian
  static final int VERSION = 1;
  static final int FIXED_BYTES = 80;
  static final int TOUCHED_BYTES = 24;
  private static final int CRC_AT = 12;

  /**
   * A group touched by a batch.
   *
   * @param firstRecord number of its first record in the batch
   * @param records how many
   */
  record Touched(GroupId group, long firstRecord, int records) {}

  int bytes() {
    return FIXED_BYTES + TOUCHED_BYTES * groups.size();
  }

  static int align(int bytes) {
    return (bytes + ALIGN - 1) & -ALIGN;
  }

  /** Length of the batch that seems to begin at {@code at}, 0 if none does. Trusts nothing. */
  static int claimedLength(ByteBuffer buffer, int at, long available) {
    if (buffer.getInt(at) != MAGIC) {
      return 0;
    }
    int length = buffer.getInt(at + 16);
    boolean plausible = length >= ALIGN && length % ALIGN == 0 && length <= available;
    long headerBytes = FIXED_BYTES + (long) TOUCHED_BYTES * buffer.getInt(at + 20);
    return plausible && headerBytes >= FIXED_BYTES && headerBytes <= length ? length : 0;
  }

  /** Whether the header at {@code at}, of a batch loaded whole, is as it was written. */
  static boolean isIntact(ByteBuffer buffer, int at) {
    int end = at + FIXED_BYTES + TOUCHED_BYTES * buffer.getInt(at + 20);
    return headerCrc(buffer, at, end) == buffer.getInt(at + CRC_AT);
  }

  /** Decodes an intact header. */
  static BatchHeader read(ByteBuffer buffer, int at) {
    int count = buffer.getInt(at + 20);
    List<Touched> groups = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int entry = at + FIXED_BYTES + TOUCHED_BYTES * i;
      GroupId group = new GroupId(buffer.getInt(entry), buffer.getLong(entry + 4));
      groups.add(new Touched(group, buffer.getLong(entry + 12), buffer.getInt(entry + 20)));
    }
    return new BatchHeader(
        Short.toUnsignedInt(buffer.getShort(at + 4)),
        buffer.getInt(at + 8),
        buffer.getInt(at + 16),
        buffer.getInt(at + 24),
        buffer.getLong(at + 32),
        buffer.getLong(at + 40),
        buffer.getLong(at + 48),
        buffer.getLong(at + 56),
        buffer.getLong(at + 64),
        buffer.getLong(at + 72),
        groups);
  }

  /** Whether the body that follows the header at {@code at} is as it was written. */
  boolean matchesBody(ByteBuffer buffer, int at) {
    return crc(buffer, at + bytes(), at + length) == bodyCrc;
  }

  /** Seals a batch at the start of {@code buffer}, whose group table and body are in place. */
  static void seal(
      ByteBuffer buffer, int length, int groups, int records, long number, Place place) {
    int end = FIXED_BYTES + TOUCHED_BYTES * groups;
    buffer.putInt(0, MAGIC).putShort(4, (short) VERSION).putShort(6, (short) 0);
    buffer.putInt(8, crc(buffer, end, length));
    buffer.putInt(16, length).putInt(20, groups).putInt(24, records).putInt(28, 0);
    buffer.putLong(32, number).putLong(40, place.store).putLong(48, place.segment);
    buffer.putLong(56, place.offset).putLong(64, place.syncedThrough);
    buffer.putLong(72, place.firstSegment);
    buffer.putInt(CRC_AT, headerCrc(buffer, 0, end));
  }

  static int crc(ByteBuffer buffer, int from, int to) {
    CRC32C crc = new CRC32C();
    update(crc, buffer, from, to);
    return (int) crc.getValue();
  }

  private static int headerCrc(ByteBuffer buffer, int at, int end) {
    CRC32C crc = new CRC32C();
    update(crc, buffer, at, at + CRC_AT);
    update(crc, buffer, at + CRC_AT + 4, end);
    return (int) crc.getValue();
  }

  private static void update(CRC32C crc, ByteBuffer buffer, int from, int to) {
    crc.update(buffer.duplicate().limit(to).position(from));
  }

  /**
   * Where a batch goes and what its header says about the rest of the log.
   *
   * @param store whose log it is
   * @param segment the file
   * @param offset where in the file
   * @param syncedThrough the last batch known durable
   * @param firstSegment the first segment still needed
   */
  record Place(long store, long segment, long offset, long syncedThrough, long firstSegment) {}
}
