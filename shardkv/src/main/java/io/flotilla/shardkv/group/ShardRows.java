package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import io.flotilla.shardkv.store.Namespace;
import io.flotilla.shardkv.store.Row;
import io.flotilla.shardkv.store.RowCursor;
import io.flotilla.shardkv.store.RowKind;
import io.flotilla.shardkv.store.StoreDamage;
import java.util.Optional;

/**
 * The rows of a group as the rules see them, whatever keeps them. On the group's loop; bounds and
 * failures are those of {@link io.flotilla.shardkv.store.KvStore}.
 */
public interface ShardRows {
  /** The row of a key. */
  Optional<Row> get(Namespace namespace, RowKind kind, ByteString key) throws StoreDamage;

  /** Sets the row of a key. */
  void put(Namespace namespace, RowKind kind, ByteString key, Row row);

  /** Takes the row of a key away. */
  void remove(Namespace namespace, RowKind kind, ByteString key);

  /** Walks the rows in unsigned order of keys; valid until one of them changes. */
  RowCursor scan(Namespace namespace, RowKind kind, ByteString fromInclusive);

  /** Takes all rows of a namespace away. */
  void dropNamespace(Namespace namespace);
}
