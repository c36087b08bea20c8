package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.flotilla.shardkv.group.ShardState.Changes;
import io.flotilla.shardkv.store.Namespace;
import io.flotilla.shardkv.store.Row;
import io.flotilla.shardkv.store.RowCursor;
import io.flotilla.shardkv.store.RowKind;
import io.flotilla.shardkv.store.StoreDamage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Which keys of a shard on its way out have changed, in the order in which they did: one row a
 * change, by the counter of the change, so that it is checkpointed and dropped with the shard. No
 * counter is missing above the trim point, which is what lets a destination continue from any
 * counter it has come to. Bounded; pure over rows.
 */
final class ChangedKeys {
  /** What a change costs besides its key. */
  private static final int CHANGE_BYTES = 48;

  private final ShardRows rows;
  private final long bytesMax;

  ChangedKeys(ShardRows rows, long bytesMax) {
    this.rows = rows;
    this.bytesMax = bytesMax;
  }

  /** Remembers that {@code key} has just changed; a change too many is the end of the move. */
  ShardState record(int shard, ShardState state, ByteString key) {
    ShardState.Transit transit = state.transit();
    if (state.phase() != Phase.EXPORTING || transit.isStuck()) {
      return state;
    }
    long bytes = transit.changes().bytes() + cost(key);
    if (bytes > bytesMax) {
      return state.with(transit.stuck("writes outran the copy"));
    }
    long counter = state.tally().counter();
    rows.put(state.namespace(shard), RowKind.CHANGE, key(counter), Row.of(key, counter));
    return state.with(transit.with(new Changes(transit.changes().trimmed(), bytes)));
  }

  /** Forgets what the destination holds already. */
  ShardState trim(int shard, ShardState state, long upTo) throws StoreDamage {
    Changes changes = state.transit().changes();
    long to = Math.min(upTo, state.tally().counter());
    if (to <= changes.trimmed()) {
      return state;
    }
    long freed = remove(state.namespace(shard), changes.trimmed(), to);
    return state.with(state.transit().with(new Changes(to, changes.bytes() - freed)));
  }

  /** Forgets all. */
  void clear(int shard, ShardState state) throws StoreDamage {
    remove(state.namespace(shard), state.transit().changes().trimmed(), Long.MAX_VALUE);
  }

  /** The changes above {@code counter}, oldest first: values are keys. */
  RowCursor after(Namespace namespace, long counter) {
    return rows.scan(namespace, RowKind.CHANGE, key(counter + 1));
  }

  private long remove(Namespace namespace, long after, long upTo) throws StoreDamage {
    List<ByteString> over = new ArrayList<>();
    long freed = 0;
    RowCursor cursor = after(namespace, after);
    while (cursor.next() && cursor.row().counter() <= upTo) {
      over.add(cursor.key());
      freed += cost(cursor.row().value());
    }
    over.forEach(key -> rows.remove(namespace, RowKind.CHANGE, key));
    return freed;
  }

  private static long cost(ByteString key) {
    return (long) CHANGE_BYTES + key.size();
  }

  private static ByteString key(long counter) {
    byte[] bytes = new byte[Long.BYTES];
    ByteBuffer.wrap(bytes).putLong(counter);
    return UnsafeByteOperations.unsafeWrap(bytes);
  }
}
