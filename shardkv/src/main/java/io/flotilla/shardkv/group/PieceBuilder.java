package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import io.flotilla.raft.GroupId;
import io.flotilla.shardkv.group.KvCommand.FinalCounts;
import io.flotilla.shardkv.group.KvCommand.MovedRow;
import io.flotilla.shardkv.store.Namespace;
import io.flotilla.shardkv.store.RowCursor;
import io.flotilla.shardkv.store.RowKind;
import io.flotilla.shardkv.store.StoreDamage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Cuts the rows of a frozen shard into pieces for its destination. Because a frozen shard does not
 * change, pieces cut by different leaders of the source, from any cursor, fit each other. Reads
 * only; on the group's loop.
 */
public final class PieceBuilder {
  /** What a row costs in a piece besides its key and value, about. */
  private static final int ROW_OVERHEAD_BYTES = 16;

  private final ShardStates states;
  private final ShardRows rows;
  private final int bytesMax;

  /** Pieces of at most {@code bytesMax} bytes of rows, but of one row at least. */
  public PieceBuilder(ShardStates states, ShardRows rows, int bytesMax) {
    this.states = states;
    this.rows = rows;
    this.bytesMax = bytesMax;
  }

  /**
   * The piece that starts at {@code from}, addressed to the destination; empty if the shard is not
   * frozen, or if there is no such place.
   */
  public Optional<KvCommand.Piece> next(int shard, ByteString from) throws StoreDamage {
    ShardState state = states.get(shard);
    Optional<PieceCursor> start = PieceCursor.decode(from);
    if (state.phase() != Phase.FROZEN || start.isEmpty() || start.get().isEnd()) {
      return Optional.empty();
    }
    Cut cut = new Cut(start.get());
    Namespace namespace = state.namespace(shard);
    if (cut.at.kind() == RowKind.DATA && take(namespace, cut)) {
      cut.at = PieceCursor.after(RowKind.SESSION, ByteString.EMPTY);
    }
    Optional<FinalCounts> last = Optional.empty();
    if (cut.at.kind() == RowKind.SESSION && take(namespace, cut)) {
      cut.at = PieceCursor.END;
      last = Optional.of(counts(state.tally()));
    }
    ShardState.Transit transit = state.transit();
    GroupId destination = new GroupId(transit.peer(), transit.peerIncarnation());
    Stamp stamp = new Stamp(transit.move(), shard, transit.epoch(), destination);
    return Optional.of(new KvCommand.Piece(stamp, from, cut.at.encode(), cut.rows, last));
  }

  /** A piece in the making. */
  private static final class Cut {
    private final List<MovedRow> rows = new ArrayList<>();
    private PieceCursor at;
    private long bytes;

    Cut(PieceCursor at) {
      this.at = at;
    }
  }

  /** Takes rows of the cut's kind while there is room; true if none of that kind is left. */
  private boolean take(Namespace namespace, Cut cut) throws StoreDamage {
    RowKind kind = cut.at.kind();
    ByteString after = cut.at.after();
    RowCursor cursor = rows.scan(namespace, kind, after);
    while (cursor.next()) {
      if (cursor.key().equals(after) || cursor.row().isTombstone()) {
        continue;
      }
      ByteString value = cursor.row().value();
      long bytes = (long) ROW_OVERHEAD_BYTES + cursor.key().size() + value.size();
      if (!cut.rows.isEmpty() && cut.bytes + bytes > bytesMax) {
        return false;
      }
      cut.rows.add(
          new MovedRow(kind == RowKind.SESSION, cursor.key(), value, cursor.row().counter()));
      cut.bytes += bytes;
      cut.at = PieceCursor.after(kind, cursor.key());
    }
    return true;
  }

  private static FinalCounts counts(ShardState.Tally tally) {
    return new FinalCounts(
        tally.rows(), tally.bytes(), tally.sessions(), tally.counter(), tally.expireBefore());
  }
}
