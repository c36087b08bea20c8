package io.flotilla.raft.wal;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.log.HardState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Records to bytes and back; see the package description for the layout. Stateless. */
final class RecordCodec {
  static final int HEADER_BYTES = 32;
  private static final int CRC_FROM = 8;
  private static final int ENTRIES_BYTES = 12;
  private static final int ENTRY_BYTES = 13;
  private static final int POSITION_BYTES = 16;
  private static final int HARD_BYTES = 20;

  private RecordCodec() {}

  /**
   * A record as it stands in a buffer.
   *
   * @param number the group's own number of the record
   * @param at where in the buffer it begins
   * @param bytes its length, header included
   */
  record View(RecordKind kind, GroupId group, long number, int at, int bytes) {}

  static int entryBytes(Entry entry) {
    return ENTRY_BYTES + entry.data().size();
  }

  /** Length of a record of entries that take {@code entryBytes} together. */
  static int entriesBytes(int entryBytes) {
    return HEADER_BYTES + ENTRIES_BYTES + entryBytes;
  }

  /** Length of a record that does not hold entries. */
  static int bytes(RecordKind kind) {
    return switch (kind) {
      case HARD -> HEADER_BYTES + HARD_BYTES;
      case COMPACTED, RESET -> HEADER_BYTES + POSITION_BYTES;
      case REMOVED -> HEADER_BYTES;
      case ENTRIES, CARRIED -> throw new AssertionError("length depends on the entries");
    };
  }

  /**
   * Puts a record at the buffer's position; of entries, those from {@code from} before {@code to}.
   */
  static void put(
      ByteBuffer out, RecordKind kind, WalRecord record, int from, int to, long number) {
    int at = out.position();
    GroupId group = record.group();
    out.putLong(0).put(kind.code).put((byte) 0).putShort((short) 0);
    out.putInt(group.gid()).putLong(group.incarnation()).putLong(number);
    if (record instanceof WalRecord.Entries entries) {
      putEntries(out, entries.entries(), from, to);
    } else if (record instanceof WalRecord.Hard hard) {
      HardState state = hard.state();
      out.putLong(state.term()).putInt(state.vote()).putLong(state.commit());
    } else if (record instanceof WalRecord.Compacted mark) {
      out.putLong(mark.position().term()).putLong(mark.position().index());
    } else if (record instanceof WalRecord.Reset reset) {
      out.putLong(reset.position().term()).putLong(reset.position().index());
    }
    int end = out.position();
    out.putInt(at, end - at);
    out.putInt(at + 4, BatchHeader.crc(out, at + CRC_FROM, end));
  }

  /** The record at {@code at}, which must end by {@code limit}; empty if it is not as written. */
  static Optional<View> view(ByteBuffer in, int at, int limit) {
    if (limit - at < HEADER_BYTES) {
      return Optional.empty();
    }
    int bytes = in.getInt(at);
    Optional<RecordKind> kind = RecordKind.of(in.get(at + 8));
    if (bytes < HEADER_BYTES || bytes > limit - at || kind.isEmpty()) {
      return Optional.empty();
    }
    if (BatchHeader.crc(in, at + CRC_FROM, at + bytes) != in.getInt(at + 4)) {
      return Optional.empty();
    }
    GroupId group = new GroupId(in.getInt(at + 12), in.getLong(at + 16));
    return Optional.of(new View(kind.get(), group, in.getLong(at + 24), at, bytes));
  }

  /** Decodes a record whole. */
  static WalRecord record(ByteBuffer in, View view) {
    return switch (view.kind) {
      case HARD -> new WalRecord.Hard(view.group, hardState(in, view));
      case COMPACTED -> new WalRecord.Compacted(view.group, position(in, view));
      case RESET -> new WalRecord.Reset(view.group, position(in, view));
      case REMOVED -> new WalRecord.Removed(view.group);
      case ENTRIES, CARRIED -> {
        List<Entry> entries = new ArrayList<>(entryCount(in, view));
        entries(in, view, 0, Long.MAX_VALUE, Integer.MAX_VALUE, entries);
        yield new WalRecord.Entries(view.group, entries);
      }
    };
  }

  static HardState hardState(ByteBuffer in, View view) {
    int body = view.at + HEADER_BYTES;
    return new HardState(in.getLong(body), in.getInt(body + 8), in.getLong(body + 12));
  }

  static LogPosition position(ByteBuffer in, View view) {
    int body = view.at + HEADER_BYTES;
    return new LogPosition(in.getLong(body), in.getLong(body + 8));
  }

  static long firstIndex(ByteBuffer in, View view) {
    return in.getLong(view.at + HEADER_BYTES);
  }

  static int entryCount(ByteBuffer in, View view) {
    return in.getInt(view.at + HEADER_BYTES + 8);
  }

  /**
   * Adds the entries {@code from} to {@code to}, both included, to {@code target} until {@code
   * budget} bytes are spent; an empty target takes one entry of any size. Returns what is left.
   */
  static int entries(ByteBuffer in, View view, long from, long to, int budget, List<Entry> target) {
    int at = view.at + HEADER_BYTES + ENTRIES_BYTES;
    long index = firstIndex(in, view);
    int left = budget;
    for (int i = entryCount(in, view); i > 0 && index <= to; i--, index++) {
      int size = in.getInt(at + 9);
      if (index >= from) {
        int cost = Entry.OVERHEAD_BYTES + size;
        if (cost > left && !target.isEmpty()) {
          return 0;
        }
        left = Math.max(0, left - cost);
        byte[] data = new byte[size];
        in.get(at + ENTRY_BYTES, data);
        target.add(new Entry(in.getLong(at), index, kind(in.get(at + 8)), wrap(data)));
      }
      at += ENTRY_BYTES + size;
    }
    return left;
  }

  private static void putEntries(ByteBuffer out, List<Entry> entries, int from, int to) {
    out.putLong(entries.get(from).index()).putInt(to - from);
    for (int i = from; i < to; i++) {
      Entry entry = entries.get(i);
      out.putLong(entry.term()).put(entry.kind().code()).putInt(entry.data().size());
      entry.data().copyTo(out);
    }
  }

  /** No copy: the array is nobody else's. */
  private static ByteString wrap(byte[] data) {
    return UnsafeByteOperations.unsafeWrap(data);
  }

  private static Entry.Kind kind(byte code) {
    return Entry.Kind.of(code)
        .orElseThrow(() -> new AssertionError("entry of unknown kind " + code));
  }
}
