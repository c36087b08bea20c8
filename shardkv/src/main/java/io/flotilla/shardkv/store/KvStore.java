package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSink;
import io.flotilla.raft.SnapshotSource;
import io.flotilla.raft.StateMachine;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The rows of one group on one node. What is put is readable at once and durable from the next
 * checkpoint on; between checkpoints the replicated log is what brings it back.
 *
 * <p>All methods run on the group's loop and do not wait for files that are written; work on files
 * happens on a file loop. Keys are at most {@link #KEY_BYTES_MAX} bytes, values {@link
 * #VALUE_BYTES_MAX}; larger ones are a broken invariant, refused long before they get here. {@link
 * StoreDamage} means that the newest checkpoint can't be trusted and nothing may be served from
 * this store any more.
 */
public interface KvStore {
  /** Longest key. */
  int KEY_BYTES_MAX = 4096;

  /** Longest value: the largest a client may write and room for what a session row adds. */
  int VALUE_BYTES_MAX = (1 << 20) + (64 << 10);

  /** Longest opaque bytes of a checkpoint. */
  int META_BYTES_MAX = 64 << 20;

  /** What the checkpoint stands for that the store was opened from or last restored. */
  SnapshotHeader recovered();

  /** The opaque bytes that were handed to that checkpoint; empty for a new store. */
  ByteString recoveredMeta();

  /** See {@link StateMachine#lost}. */
  default Optional<LogPosition> lost() {
    return Optional.empty();
  }

  /** See {@link StateMachine#regained}. */
  default void regained() {}

  /**
   * Who hears, once, of damage that was not met by a call but by work on files. On the loop; before
   * the first checkpoint.
   */
  default void onDamage(Consumer<StoreDamage> listener) {}

  /** The row of a key, tombstones included. */
  Optional<Row> get(Namespace namespace, RowKind kind, ByteString key) throws StoreDamage;

  /**
   * Sets the row of a key. Key and value are kept as they are: they should not be slices of
   * something larger, which would then stay in memory with them.
   */
  void put(Namespace namespace, RowKind kind, ByteString key, Row row);

  /** Takes the row of a key away, leaving no trace; the key need not have one. */
  void remove(Namespace namespace, RowKind kind, ByteString key);

  /** Walks the rows from a key on, as they are now. */
  RowCursor scan(Namespace namespace, RowKind kind, ByteString fromInclusive);

  /** Takes all rows of a namespace away, at once; their space goes at the next checkpoint. */
  void dropNamespace(Namespace namespace);

  /**
   * The namespaces that may hold rows, ascending: every one that holds a row is among them; one
   * that lost its last row by {@link #remove} may stay until the next checkpoint.
   */
  List<Namespace> namespaces();

  /**
   * Writes all rows and {@code meta}, as they are at this moment, as the new checkpoint; all or
   * nothing. Changes go on meanwhile and are not in it. At most one at a time.
   */
  void checkpoint(SnapshotHeader header, ByteString meta, StateMachine.CheckpointDone done);

  /** Pins the newest durable checkpoint as one run of bytes; see {@link StateMachine}. */
  SnapshotSource openSnapshot();

  /** Prepares to receive such a run of bytes; see {@link StateMachine}. */
  SnapshotSink beginRestore(SnapshotHeader header, long length);

  /**
   * Replaces rows and {@link #recovered} by the checkpoint that a sink has just committed. A
   * checkpoint still being written then fails.
   */
  void restored();

  /** How large it is. */
  StoreStats stats();

  /** Releases files; nothing follows, and a checkpoint still being written is given up silently. */
  void close();
}
