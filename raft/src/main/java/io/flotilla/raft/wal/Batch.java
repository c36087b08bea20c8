package io.flotilla.raft.wal;

import io.flotilla.base.check.Check;
import io.flotilla.raft.Entry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The batch being put together: records of any number of groups, then the bytes of all of them in
 * one buffer that is used again and grows to the longest batch allowed.
 *
 * <p>First records are added, with no place in the log yet; a full disk may hold them here for
 * long. {@link #enter} then gives them their place in the index, {@link #seal} their bytes. Log
 * loop only.
 */
final class Batch {
  private static final int FIRST_BUFFER_BYTES = 64 << 10;

  private final int maxBytes;
  private final List<Piece> pieces = new ArrayList<>();
  private final List<GroupIndex> groups = new ArrayList<>();
  private int bodyBytes;
  private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

  /** One record to be written; of entries, those from {@code from} before {@code to}. */
  private record Piece(
      GroupIndex group,
      RecordKind kind,
      WalRecord record,
      int from,
      int to,
      int bytes,
      long number) {}

  Batch(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  boolean isEmpty() {
    return pieces.isEmpty();
  }

  /** Length on disk. */
  int length() {
    return BatchHeader.align(headerBytes() + bodyBytes);
  }

  /** Bytes a record of {@code group} may have and still fit. */
  int room(GroupIndex group) {
    int header = headerBytes() + (isTouched(group) ? 0 : BatchHeader.TOUCHED_BYTES);
    return maxBytes - header - bodyBytes;
  }

  /** Adds a record that holds no entries; false if it does not fit. */
  boolean add(GroupIndex group, RecordKind kind, WalRecord record) {
    int bytes = RecordCodec.bytes(kind);
    if (bytes > room(group)) {
      return false;
    }
    add(group, kind, record, 0, 0, bytes);
    return true;
  }

  /**
   * Adds one record of the entries from {@code from} on, as many as fit it and the batch.
   *
   * @return the first entry that was not taken
   */
  int addEntries(
      GroupIndex group, RecordKind kind, WalRecord.Entries record, int from, int maxRecordBytes) {
    List<Entry> entries = record.entries();
    int room = room(group);
    int bytes = 0;
    int to = from;
    while (to < entries.size()) {
      int more = RecordCodec.entryBytes(entries.get(to));
      int total = RecordCodec.entriesBytes(bytes + more);
      if (total > room || (total > maxRecordBytes && to > from)) {
        break;
      }
      bytes += more;
      to++;
    }
    Check.that(to > from || !isEmpty(), "entry larger than a batch of %d bytes", maxBytes);
    if (to > from) {
      add(group, kind, record, from, to, RecordCodec.entriesBytes(bytes));
    }
    return to;
  }

  /** Gives the records their place: behind the last batch of {@code segment}. */
  void enter(LogIndex index, Segment segment) {
    int at = segment.position() + headerBytes();
    for (Piece piece : pieces) {
      GroupIndex group = piece.group;
      WalRecord record = piece.record;
      if (record instanceof WalRecord.Entries entries) {
        long first = entries.entries().get(piece.from).index();
        long last = first + piece.to - piece.from - 1;
        GroupIndex.Run run = new GroupIndex.Run(first, last, segment, at, piece.bytes);
        if (piece.kind == RecordKind.CARRIED) {
          group.carried(run);
        } else {
          Check.that(first <= group.lastIndex() + 1, "gap in %s before %d", group.group(), first);
          group.entries(run);
        }
      } else if (record instanceof WalRecord.Hard hard) {
        group.hard(hard.state(), segment);
      } else if (record instanceof WalRecord.Compacted mark) {
        group.compacted(mark.position(), segment);
      } else if (record instanceof WalRecord.Reset reset) {
        group.reset(reset.position(), segment);
      } else {
        group.removed();
      }
      at += piece.bytes;
    }
    for (GroupIndex group : groups) {
      if (group.isRemoved()) {
        index.forget(group);
      }
    }
  }

  /** The batch as bytes; the buffer is good until the next call. */
  ByteBuffer seal(long number, BatchHeader.Place place) {
    int length = length();
    ByteBuffer out = buffer(length);
    out.position(BatchHeader.FIXED_BYTES);
    for (GroupIndex group : groups) {
      long first = group.firstInBatch();
      out.putInt(group.group().gid()).putLong(group.group().incarnation());
      out.putLong(first).putInt((int) (group.lastRecord() - first + 1));
    }
    for (Piece piece : pieces) {
      RecordCodec.put(out, piece.kind, piece.record, piece.from, piece.to, piece.number);
    }
    Check.that(out.position() == headerBytes() + bodyBytes, "batch of another length");
    while (out.position() < length) {
      out.put((byte) 0);
    }
    BatchHeader.seal(out, length, groups.size(), pieces.size(), number, place);
    return out.flip();
  }

  /** Ready for the next batch. */
  void clear() {
    pieces.clear();
    groups.clear();
    bodyBytes = 0;
  }

  private void add(
      GroupIndex group, RecordKind kind, WalRecord record, int from, int to, int bytes) {
    if (!isTouched(group)) {
      group.touched(groups.size());
      groups.add(group);
    }
    pieces.add(new Piece(group, kind, record, from, to, bytes, group.nextRecord()));
    bodyBytes += bytes;
  }

  private boolean isTouched(GroupIndex group) {
    return group.slot() < groups.size() && groups.get(group.slot()) == group;
  }

  private int headerBytes() {
    return BatchHeader.FIXED_BYTES + BatchHeader.TOUCHED_BYTES * groups.size();
  }

  private ByteBuffer buffer(int length) {
    if (buffer.capacity() < length) {
      int doubled = Math.max(FIRST_BUFFER_BYTES, 2 * buffer.capacity());
      int capacity = Math.max(length, Math.min(maxBytes, doubled));
      buffer = ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }
    return buffer.clear();
  }
}
