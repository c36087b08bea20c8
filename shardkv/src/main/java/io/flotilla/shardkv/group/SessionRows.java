package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.flotilla.shardkv.store.Namespace;
import io.flotilla.shardkv.store.Row;
import io.flotilla.shardkv.store.RowCursor;
import io.flotilla.shardkv.store.RowKind;
import io.flotilla.shardkv.store.StoreDamage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The session rows of shards: rows like any other, so that they are checkpointed and moved with
 * what the operations they remember have done. Stateless; on the group's loop.
 */
final class SessionRows {
  /** Length of a session row's key: the session id, big-endian, so that blocks stay together. */
  static final int KEY_BYTES = Long.BYTES;

  private final ShardRows rows;

  SessionRows(ShardRows rows) {
    this.rows = rows;
  }

  Optional<SessionRow> get(Namespace namespace, long session) throws StoreDamage {
    Optional<Row> row = rows.get(namespace, RowKind.SESSION, key(session));
    if (row.isEmpty()) {
      return Optional.empty();
    }
    Optional<SessionRow> decoded = SessionRow.decode(row.get().value());
    if (decoded.isEmpty()) {
      // Executing without the record could execute twice: as bad as a lost row.
      throw new StoreDamage(namespace.toString(), "session row of " + session);
    }
    return decoded;
  }

  void put(Namespace namespace, long session, SessionRow row) {
    rows.put(namespace, RowKind.SESSION, key(session), Row.of(row.encode(), 0));
  }

  /**
   * Removes rows of sessions of blocks below {@code block}, at most {@code max}. What stays is
   * harmless: the shard's watermark refuses those sessions, row or no row.
   *
   * @return how many were removed
   */
  long removeBefore(Namespace namespace, long block, long max) throws StoreDamage {
    List<ByteString> over = new ArrayList<>();
    RowCursor cursor = rows.scan(namespace, RowKind.SESSION, ByteString.EMPTY);
    while (over.size() < max && cursor.next() && block(cursor.key()) < block) {
      over.add(cursor.key());
    }
    for (ByteString key : over) {
      rows.remove(namespace, RowKind.SESSION, key);
    }
    return over.size();
  }

  static ByteString key(long session) {
    byte[] bytes = new byte[KEY_BYTES];
    ByteBuffer.wrap(bytes).putLong(session);
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  private static long block(ByteString key) {
    return key.asReadOnlyByteBuffer().getLong() >>> OpId.OFFSET_BITS;
  }
}
