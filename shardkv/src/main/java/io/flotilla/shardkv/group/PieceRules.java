package io.flotilla.shardkv.group;

import io.flotilla.shardkv.group.KvCommand.FinalCounts;
import io.flotilla.shardkv.group.KvCommand.MovedRow;
import io.flotilla.shardkv.group.ShardState.Tally;
import io.flotilla.shardkv.group.ShardState.Transit;
import io.flotilla.shardkv.group.ShardStatus.Verdict;
import io.flotilla.shardkv.store.Namespace;
import io.flotilla.shardkv.store.Row;
import io.flotilla.shardkv.store.RowKind;

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

  KvResult.Received apply(KvCommand.Piece piece) {
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
    boolean usable = state.isIn(stamp) && state.transit().reason().isEmpty();
    return usable ? Verdict.ACCEPTED : Verdict.REFUSED;
  }

  private ShardState received(KvCommand.Piece piece, ShardState state) {
    Namespace namespace = state.namespace(piece.stamp().shard());
    Tally tally = state.tally();
    long dataRows = tally.rows();
    long bytes = tally.bytes();
    long sessions = tally.sessions();
    for (MovedRow row : piece.rows()) {
      rows.put(
          namespace,
          row.session() ? RowKind.SESSION : RowKind.DATA,
          row.key(),
          Row.of(row.value(), row.counter()));
      if (row.session()) {
        sessions++;
      } else {
        dataRows++;
        bytes += row.key().size() + row.value().size();
      }
    }
    Transit transit = state.transit().at(piece.to());
    Tally come = new Tally(tally.counter(), tally.expireBefore(), dataRows, bytes, sessions);
    return piece
        .last()
        .map(last -> complete(state, transit, come, last))
        .orElse(state.with(transit).with(come));
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
