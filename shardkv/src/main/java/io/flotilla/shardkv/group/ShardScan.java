package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import io.flotilla.shardkv.store.RowCursor;
import io.flotilla.shardkv.store.RowKind;
import io.flotilla.shardkv.store.StoreDamage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Merges the rows of several shards by key. Used once, within one step of the group's loop. */
final class ShardScan {
  private static final Comparator<ByteString> ORDER =
      ByteString.unsignedLexicographicalComparator();

  private final ShardStates states;
  private final ShardRows rows;
  private final ByteString prefix;
  private final ByteString after;
  private final PriorityQueue<RowCursor> cursors =
      new PriorityQueue<>((a, b) -> ORDER.compare(a.key(), b.key()));

  /** Keys that start with {@code prefix} and come after {@code after}, unless that is empty. */
  ShardScan(ShardStates states, ShardRows rows, ByteString prefix, ByteString after) {
    this.states = states;
    this.rows = rows;
    this.prefix = prefix;
    this.after = after;
  }

  ScanPage page(List<Integer> shards, int limit) throws StoreDamage {
    List<Integer> covered = new ArrayList<>();
    ByteString from = ORDER.compare(after, prefix) > 0 ? after : prefix;
    for (int shard : shards) {
      ShardState state = states.get(shard);
      if (state.phase().serves()) {
        covered.add(shard);
        step(rows.scan(state.namespace(shard), RowKind.DATA, from));
      }
    }
    List<ScanPage.KeyRow> page = new ArrayList<>();
    long bytes = 0;
    RowCursor next;
    while ((next = cursors.poll()) != null) {
      long more = (long) next.key().size() + next.row().value().size();
      if (page.size() >= limit || (!page.isEmpty() && bytes + more > Limits.SCAN_BYTES_MAX)) {
        return new ScanPage(page, true, covered);
      }
      page.add(new ScanPage.KeyRow(next.key(), next.row()));
      bytes += more;
      step(next);
    }
    return new ScanPage(page, false, covered);
  }

  /** Moves a cursor to its next row that belongs to the page, and back into the queue if any. */
  private void step(RowCursor cursor) throws StoreDamage {
    while (cursor.next()) {
      if (!cursor.key().startsWith(prefix)) {
        return;
      }
      boolean isAfter = after.isEmpty() || !cursor.key().equals(after);
      if (isAfter && !cursor.row().isTombstone()) {
        cursors.add(cursor);
        return;
      }
    }
  }
}
