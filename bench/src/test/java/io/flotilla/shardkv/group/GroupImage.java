package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import io.flotilla.raft.GroupId;
import io.flotilla.shardkv.store.Row;
import io.flotilla.shardkv.store.RowKind;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** All of one group, with one shard, as a value; its rows must not be changed. */
record GroupImage(
    GroupId id, ShardState state, long expireBefore, TreeMap<MapRows.Place, Row> rows) {
  static final int SHARD = 0;
  static final List<ByteString> KEYS =
      List.of(ByteString.copyFromUtf8("k0"), ByteString.copyFromUtf8("k1"));

  /** Does something to a copy. */
  interface Work {
    void on(ShardStates states, MapRows rows);
  }

  static GroupImage empty(GroupId id) {
    return new GroupImage(id, ShardState.UNKNOWN, 0, new MapRows().rows);
  }

  GroupImage after(Work work) {
    ShardStates states = new ShardStates(id, (shard, before, after) -> {});
    states.set(SHARD, state);
    states.raiseExpireBefore(expireBefore);
    MapRows copy = new MapRows();
    copy.rows.putAll(rows);
    work.on(states, copy);
    return new GroupImage(id, states.get(SHARD), states.expireBefore(), copy.rows);
  }

  /** After a restart from a checkpoint of this very moment. */
  GroupImage restarted() {
    ByteString[] meta = new ByteString[1];
    after((states, mine) -> meta[0] = CheckpointMeta.encode(states, 0));
    ShardStates states = new ShardStates(id, (shard, before, after) -> {});
    CheckpointMeta.decode(meta[0], states);
    return new GroupImage(id, states.get(SHARD), states.expireBefore(), rows);
  }

  GroupImage with(UnaryOperator<ShardState> change) {
    return new GroupImage(id, change.apply(state), expireBefore, rows);
  }

  GroupImage heard(long block) {
    return new GroupImage(id, state, block, rows);
  }

  GroupImage without(RowKind kind) {
    GroupImage less = after((states, mine) -> mine.rows.keySet().removeIf(p -> p.kind() == kind));
    return kind != RowKind.SESSION ? less : less.with(s -> s.with(s.tally().withSessions(0)));
  }

  Phase phase() {
    return state.phase();
  }

  /** The rows of the shard by kind and key, wherever they live. */
  TreeMap<ByteString, Row> rowsOf(RowKind kind) {
    TreeMap<ByteString, Row> found = new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    rows.forEach(
        (place, row) -> {
          if (place.kind() == kind && place.namespace().equals(state.namespace(SHARD))) {
            found.put(place.key(), row);
          }
        });
    return found;
  }

  SessionRow session(long session) {
    Row row = rowsOf(RowKind.SESSION).get(SessionRows.key(session));
    return row == null ? SessionRow.NEW : SessionRow.decode(row.value()).orElseThrow();
  }

  GroupImage withSession(long session, SessionRow row) {
    return after((states, mine) -> new SessionRows(mine).put(state.namespace(SHARD), session, row));
  }
}
