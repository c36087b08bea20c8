package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/**
 * The key of a row in a table file: shard, epoch, kind, key. Compared as unsigned bytes it orders
 * rows by namespace, then kind, then key; that is why the sign bit of the epoch is turned over.
 * Stateless.
 */
final class TableKey {
  private static final int PREFIX_BYTES = 4 + 8 + 1;

  /** Longest such key. */
  static final int BYTES_MAX = PREFIX_BYTES + KvStore.KEY_BYTES_MAX;

  private TableKey() {}

  static byte[] of(Namespace namespace, RowKind kind, ByteString key) {
    byte[] bytes = new byte[PREFIX_BYTES + key.size()];
    writePrefix(bytes, namespace, kind.code());
    key.copyTo(bytes, PREFIX_BYTES);
    return bytes;
  }

  /** Above every key of the namespace and kind, at or below all that come after. */
  static byte[] endOf(Namespace namespace, RowKind kind) {
    byte[] bytes = new byte[PREFIX_BYTES];
    writePrefix(bytes, namespace, (byte) (kind.code() + 1));
    return bytes;
  }

  /** The client's part of such a key. */
  static ByteString keyOf(byte[] tableKey) {
    return ByteString.copyFrom(tableKey, PREFIX_BYTES, tableKey.length - PREFIX_BYTES);
  }

  private static void writePrefix(byte[] bytes, Namespace namespace, byte kind) {
    ByteBuffer.wrap(bytes)
        .putInt(namespace.shard())
        .putLong(namespace.epoch() ^ Long.MIN_VALUE)
        .put(kind);
  }
}
