package io.flotilla.shardkv.group;

import io.flotilla.shardkv.group.KvCommand.FinalCounts;
import io.flotilla.shardkv.group.KvCommand.MovedRow;
import io.flotilla.shardkv.group.KvCommand.MovedRow.Kind;
import io.flotilla.shardkv.group.ShardState.Tally;
import io.flotilla.shardkv.group.ShardState.Transit;
import io.flotilla.shardkv.group.ShardStatus.Verdict;
import io.flotilla.shardkv.store.Namespace;
import io.flotilla.shardkv.store.Row;
import io.flotilla.shardkv.store.RowKind;
import io.flotilla.shardkv.store.StoreDamage;
import java.util.Optional;

/**
 * How the rows of a shard come in. A piece counts only if it starts exactly where the last one
 * ended: pieces come late, twice and from former leaders of the source, and a gap would be a lost
 * write that no count shows when a row was overwritten. Pure over states and rows.
 */
final class PieceRules {
  private final ShardStates states;
  private final ShardRows rows;

  PieceRules(ShardStates states, ShardRows rows) {
    this.states = states;
    this.rows = rows;
  }

  KvResult.Received apply(KvCommand.Piece piece) throws StoreDamage {
    Stamp stamp = piece.stamp();
    ShardState state = states.get(stamp.shard());
    Verdict verdict = judge(piece, state);
    // SAFETY pieces-in-sequence: a gap would be a lost write
    if (verdict == Verdict.ACCEPTED
        && state.phase() == Phase.STAGING
        && piece.from().equals(state.transit().cursor())) {
      state = received(piece, state);
      states.set(stamp.shard(), state);
    }
    ShardStatus status = ShardStatus.of(states.group(), stamp.shard(), state, verdict);
    return new KvResult.Received(status, state.transit().cursor());
  }

  private Verdict judge(KvCommand.Piece piece, ShardState state) {
    Stamp stamp = piece.stamp();
    if (!stamp.group().equals(states.group())) {
      return Verdict.REFUSED;
    }
    if (stamp.epoch() < state.fence()) {
      return Verdict.SUPERSEDED;
    }
    boolean usable = state.isIn(stamp) && !state.transit().isStuck();
    return usable ? Verdict.ACCEPTED : Verdict.REFUSED;
  }

  private ShardState received(KvCommand.Piece piece, ShardState state) throws StoreDamage {
    Namespace namespace = state.namespace(piece.stamp().shard());
    Tally come = state.tally();
    long bytes = 0;
    for (MovedRow row : piece.rows()) {
      come =
          row.kind() == Kind.SESSION ? session(namespace, come, row) : data(namespace, come, row);
      bytes += row.key().size() + row.value().size();
    }
    Transit transit = state.transit().carried(piece.to(), bytes, isCatchingUp(piece));
    Tally now = come;
    return piece
        .last()
        .map(last -> complete(state, transit, now, last))
        .orElse(state.with(transit).with(now));
  }

  /** Session rows come only from a frozen source, so that each comes once. */
  private Tally session(Namespace namespace, Tally tally, MovedRow row) {
    rows.put(namespace, RowKind.SESSION, row.key(), Row.of(row.value(), row.counter()));
    return tally.withSessions(tally.sessions() + 1);
  }

  private Tally data(Namespace namespace, Tally tally, MovedRow row) throws StoreDamage {
    Optional<Row> before = rows.get(namespace, RowKind.DATA, row.key());
    long oldBytes = before.map(old -> (long) row.key().size() + old.value().size()).orElse(0L);
    int oldRows = before.isPresent() ? 1 : 0;
    if (row.kind() == Kind.DELETED) {
      if (before.isPresent()) {
        rows.remove(namespace, RowKind.DATA, row.key());
      }
      return tally.counting(-oldRows, -oldBytes);
    }
    rows.put(namespace, RowKind.DATA, row.key(), Row.of(row.value(), row.counter()));
    long newBytes = (long) row.key().size() + row.value().size();
    return tally.counting(1 - oldRows, newBytes - oldBytes);
  }

  /** Whether it brings changes of rows that had been brought before. */
  private static boolean isCatchingUp(KvCommand.Piece piece) {
    PieceCursor from = PieceCursor.decode(piece.from()).orElse(PieceCursor.START);
    PieceCursor to = PieceCursor.decode(piece.to()).orElse(PieceCursor.START);
    return !from.isStart() && from.counter() < to.counter();
  }

  /** Counters travel with the last piece; the counts are a second line of defence. */
  private static ShardState complete(
      ShardState state, Transit transit, Tally come, FinalCounts last) {
    Tally tally =
        new Tally(last.counter(), last.expireBefore(), come.rows(), come.bytes(), come.sessions());
    // SAFETY counts-must-agree: what has come is what was sent
    boolean whole =
        come.rows() == last.rows()
            && come.bytes() == last.bytes()
            && come.sessions() == last.sessions();
    return whole
        ? state.with(transit).with(tally).in(Phase.READY)
        : state.with(transit.stuck(difference(come, last))).with(tally);
  }

  private static String difference(Tally come, FinalCounts last) {
    return "rows %d of %d, bytes %d of %d, session rows %d of %d have come"
        .formatted(
            come.rows(), last.rows(), come.bytes(), last.bytes(), come.sessions(), last.sessions());
  }
}
