package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import java.util.Comparator;

/** Where a row stands in the order of the store. */
record RowKey(Namespace namespace, RowKind kind, ByteString key) implements Comparable<RowKey> {
  private static final Comparator<RowKey> ORDER =
      Comparator.comparing(RowKey::namespace)
          .thenComparing(RowKey::kind)
          .thenComparing(RowKey::key, KeyOrder.UNSIGNED);

  @Override
  public int compareTo(RowKey other) {
    return ORDER.compare(this, other);
  }
}
