package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import io.flotilla.raft.GroupId;
import io.flotilla.shardkv.group.KvCommand.FinalCounts;
import io.flotilla.shardkv.group.KvCommand.MovedRow;
import io.flotilla.shardkv.group.PieceCursor.Stage;
import io.flotilla.shardkv.store.Namespace;
import io.flotilla.shardkv.store.Row;
import io.flotilla.shardkv.store.RowCursor;
import io.flotilla.shardkv.store.RowKind;
import io.flotilla.shardkv.store.StoreDamage;
import java.util.Comparator;
import java.util.Optional;

/**
 * Cuts a shard on its way out into pieces for its destination. A piece brings the changes of rows
 * that are over already, and only when it has brought all of them goes on with rows that are not:
 * so everything the destination holds is of one moment of the source, whoever has cut the pieces,
 * and needs no telling which of two rows is newer. Session rows come last, when the shard is
 * frozen: a recorded refusal changes no counter, and no cursor could say that it is missing. Reads
 * only; on the group's loop.
 */
public final class PieceBuilder {
  private static final Comparator<ByteString> ORDER =
      ByteString.unsignedLexicographicalComparator();

  private final ShardStates states;
  private final ShardRows rows;
  private final ChangedKeys changes;
  private final int bytesMax;

  /** Pieces of at most {@code bytesMax} bytes of rows, but of one row at least. */
  public PieceBuilder(ShardStates states, ShardRows rows, int bytesMax) {
    this.states = states;
    this.rows = rows;
    this.changes = new ChangedKeys(rows, 0);
    this.bytesMax = bytesMax;
  }

  /**
   * The piece that starts at {@code from}, addressed to the destination; empty if the shard is not
   * on its way out, if there is no such place, or if this replica has not come so far itself.
   */
  public Optional<KvCommand.Piece> next(int shard, ByteString from) throws StoreDamage {
    ShardState state = states.get(shard);
    ShardState.Transit transit = state.transit();
    Optional<PieceCursor> start = PieceCursor.decode(from).filter(at -> isContinued(state, at));
    if (start.isEmpty()) {
      return Optional.empty();
    }
    PieceCut cut = new PieceCut(start.get(), bytesMax);
    Namespace namespace = state.namespace(shard);
    Optional<FinalCounts> last = Optional.empty();
    if (takeChanges(namespace, cut)) {
      cut.at(new PieceCursor(cut.at().stage(), cut.at().after(), state.tally().counter()));
      last = goOn(state, namespace, cut);
    }
    GroupId destination = new GroupId(transit.peer(), transit.peerIncarnation());
    Stamp stamp = new Stamp(transit.move(), shard, transit.epoch(), destination);
    return Optional.of(new KvCommand.Piece(stamp, from, cut.at().encode(), cut.rows(), last));
  }

  /** Whether this replica, now, knows everything that comes after {@code cursor}. */
  private static boolean isContinued(ShardState state, PieceCursor cursor) {
    if (!state.phase().leaves() || state.transit().isStuck()) {
      return false;
    }
    boolean knowsChanges =
        cursor.isStart()
            || (cursor.counter() >= state.transit().changes().trimmed()
                && cursor.counter() <= state.tally().counter());
    return switch (cursor.stage()) {
      case ROWS, CHANGES -> knowsChanges;
      case SESSIONS -> knowsChanges && state.phase() == Phase.FROZEN;
      case END -> false;
    };
  }

  /** What follows once every change of what is over there is in the piece. */
  private Optional<FinalCounts> goOn(ShardState state, Namespace namespace, PieceCut cut)
      throws StoreDamage {
    if (cut.at().stage() == Stage.ROWS && takeAll(namespace, RowKind.DATA, cut)) {
      cut.enter(Stage.CHANGES);
    }
    if (cut.at().stage() == Stage.CHANGES && state.phase() == Phase.FROZEN) {
      cut.enter(Stage.SESSIONS);
    }
    if (cut.at().stage() == Stage.SESSIONS && takeAll(namespace, RowKind.SESSION, cut)) {
      cut.enter(Stage.END);
      return Optional.of(counts(state.tally()));
    }
    return Optional.empty();
  }

  /** Takes changes of rows that are over while there is room; true if none is left. */
  private boolean takeChanges(Namespace namespace, PieceCut cut) throws StoreDamage {
    PieceCursor start = cut.at();
    if (start.isStart()) {
      return true; // Nothing is over there yet: all that has changed is still to be scanned.
    }
    RowCursor cursor = changes.after(namespace, start.counter());
    while (cursor.next()) {
      ByteString key = cursor.row().value();
      long counter = cursor.row().counter();
      boolean isOver = start.stage() != Stage.ROWS || ORDER.compare(key, start.after()) <= 0;
      if (isOver && !takeChange(namespace, key, counter, cut)) {
        return false;
      }
      cut.at(new PieceCursor(start.stage(), start.after(), counter));
    }
    return true;
  }

  /** False if there is no room. A key that changed again later comes with its later change. */
  private boolean takeChange(Namespace namespace, ByteString key, long counter, PieceCut cut)
      throws StoreDamage {
    Optional<Row> row = rows.get(namespace, RowKind.DATA, key).filter(r -> !r.isTombstone());
    if (row.isEmpty()) {
      return cut.take(new MovedRow(MovedRow.Kind.DELETED, key, ByteString.EMPTY, counter));
    }
    return row.get().counter() != counter
        || cut.take(new MovedRow(MovedRow.Kind.DATA, key, row.get().value(), counter));
  }

  /** Takes rows of a kind while there is room; true if none is left. */
  private boolean takeAll(Namespace namespace, RowKind kind, PieceCut cut) throws StoreDamage {
    MovedRow.Kind moved = kind == RowKind.DATA ? MovedRow.Kind.DATA : MovedRow.Kind.SESSION;
    ByteString after = cut.at().after();
    RowCursor cursor = rows.scan(namespace, kind, after);
    while (cursor.next()) {
      ByteString key = cursor.key();
      if (key.equals(after) || cursor.row().isTombstone()) {
        continue;
      }
      if (!cut.take(new MovedRow(moved, key, cursor.row().value(), cursor.row().counter()))) {
        return false;
      }
      cut.at(new PieceCursor(cut.at().stage(), key, cut.at().counter()));
    }
    return true;
  }

  private static FinalCounts counts(ShardState.Tally tally) {
    return new FinalCounts(
        tally.rows(), tally.bytes(), tally.sessions(), tally.counter(), tally.expireBefore());
  }
}
