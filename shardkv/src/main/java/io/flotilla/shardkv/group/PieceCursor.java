package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import io.flotilla.shardkv.store.RowKind;
import java.util.Optional;

/**
 * How far the rows of a shard have been carried over: data rows first, then session rows, each in
 * key order. The destination keeps it with its checkpoint, so that any leader of the source can go
 * on from there.
 *
 * <p>Format: empty at the start; else 0 for data rows, 1 for session rows, and the last key carried
 * over; 2 at the end.
 *
 * @param kind which rows come next; at the end without meaning
 * @param after key of the last row of that kind; empty if none was carried over yet
 * @param isEnd whether everything was carried over
 */
record PieceCursor(RowKind kind, ByteString after, boolean isEnd) {
  static final PieceCursor START = new PieceCursor(RowKind.DATA, ByteString.EMPTY, false);
  static final PieceCursor END = new PieceCursor(RowKind.SESSION, ByteString.EMPTY, true);

  private static final byte DATA = 0;
  private static final byte SESSION = 1;
  private static final byte LAST = 2;

  static PieceCursor after(RowKind kind, ByteString key) {
    return new PieceCursor(kind, key, false);
  }

  ByteString encode() {
    if (isEnd) {
      return ByteString.copyFrom(new byte[] {LAST});
    }
    if (equals(START)) {
      return ByteString.EMPTY;
    }
    byte head = kind == RowKind.DATA ? DATA : SESSION;
    return ByteString.copyFrom(new byte[] {head}).concat(after);
  }

  /** The cursor that {@code bytes} are; empty if they are none. */
  static Optional<PieceCursor> decode(ByteString bytes) {
    if (bytes.isEmpty()) {
      return Optional.of(START);
    }
    ByteString after = bytes.substring(1);
    byte head = bytes.byteAt(0);
    if (head == DATA && !after.isEmpty() && after.size() <= Limits.KEY_BYTES_MAX) {
      return Optional.of(after(RowKind.DATA, after));
    } else if (head == SESSION && (after.isEmpty() || after.size() == SessionRows.KEY_BYTES)) {
      return Optional.of(after(RowKind.SESSION, after));
    }
    return head == LAST && after.isEmpty() ? Optional.of(END) : Optional.empty();
  }
}
