package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import io.flotilla.raft.GroupId;
import io.flotilla.shardkv.group.KvResult.Reason;
import io.flotilla.shardkv.store.MemoryCheckpoints;
import io.flotilla.shardkv.store.MemoryStore;
import io.flotilla.shardkv.store.Namespace;
import io.flotilla.shardkv.store.Row;
import io.flotilla.shardkv.store.RowCursor;
import io.flotilla.shardkv.store.RowKind;
import io.flotilla.shardkv.store.StoreDamage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rules of one group over rows in a map, with short words for the commands of shard 7. */
final class TestGroup {
  static final int SHARD = 7;

  /** Sessions of block 1 and of block 2. */
  static final long EARLY = 1L << OpId.OFFSET_BITS | 5;

  static final long LATE = 2L << OpId.OFFSET_BITS | 5;

  final GroupId id;
  final ShardStates states;
  private final MemoryStore store;
  final StoreRows rows;
  final List<String> heard = new ArrayList<>();
  private final GroupRules rules;

  TestGroup(int gid) {
    this(new GroupId(gid, 1));
  }

  TestGroup(GroupId id) {
    this(id, MoveSizes.DEFAULT);
  }

  TestGroup(GroupId id, MoveSizes sizes) {
    this.id = id;
    this.states =
        new ShardStates(
            id, (shard, before, after) -> heard.add(before.phase() + ">" + after.phase()));
    QueueLoop loop = new QueueLoop();
    this.store = new MemoryStore(new MemoryCheckpoints(), loop, loop);
    this.rows = new StoreRows(store);
    this.rules = new GroupRules(states, rows, sizes);
  }

  /** A group that serves the shard, new and empty, under epoch 1. */
  static TestGroup serving(int gid) {
    return serving(gid, MoveSizes.DEFAULT);
  }

  static TestGroup serving(int gid, MoveSizes sizes) {
    TestGroup group = new TestGroup(new GroupId(gid, 1), sizes);
    group.beginImport(1, 1, 0);
    group.activate(1, 1);
    return group;
  }

  ShardState state() {
    return states.get(SHARD);
  }

  Phase phase() {
    return state().phase();
  }

  KvResult apply(KvCommand command) {
    try {
      return rules.apply(command);
    } catch (StoreDamage e) {
      throw new AssertionError(e);
    }
  }

  KvResult put(long session, long seq, long firstIncomplete, String key, String value) {
    return apply(session, seq, firstIncomplete, key, new Change.Put(bytes(value)));
  }

  KvResult append(long session, long seq, long firstIncomplete, String key, String value) {
    return apply(session, seq, firstIncomplete, key, new Change.Append(bytes(value)));
  }

  KvResult delete(long session, long seq, long firstIncomplete, String key) {
    return apply(session, seq, firstIncomplete, key, new Change.Delete());
  }

  KvResult cas(long session, long seq, String key, String expected, String value) {
    Change change = new Change.CompareAndSet(Optional.of(bytes(expected)), bytes(value));
    return apply(session, seq, 1, key, change);
  }

  KvResult apply(long session, long seq, long firstIncomplete, String key, Change change) {
    OpId op = session == 0 ? OpId.NONE : new OpId(session, seq, firstIncomplete);
    return apply(new KvCommand.Mutate(SHARD, op, bytes(key), change));
  }

  Optional<String> value(String key) {
    return store
        .get(state().namespace(SHARD), RowKind.DATA, bytes(key))
        .map(Row::value)
        .map(ByteString::toStringUtf8);
  }

  /** Every row there is, of whatever epoch. */
  List<Row> rows() {
    List<Row> all = new ArrayList<>();
    for (Namespace namespace : store.namespaces()) {
      for (RowKind kind : RowKind.values()) {
        RowCursor cursor = store.scan(namespace, kind, ByteString.EMPTY);
        try {
          while (cursor.next()) {
            all.add(cursor.row());
          }
        } catch (StoreDamage e) {
          throw new AssertionError(e);
        }
      }
    }
    return all;
  }

  Stamp stamp(long move, long epoch) {
    return new Stamp(move, SHARD, epoch, id);
  }

  ShardStatus beginImport(long move, long epoch, int from) {
    return one(apply(new KvCommand.BeginImport(List.of(stamp(move, epoch)), from)));
  }

  ShardStatus beginExport(long move, long epoch, TestGroup to) {
    GroupId target = to.id;
    return one(
        apply(new KvCommand.BeginExport(stamp(move, epoch), target.gid(), target.incarnation())));
  }

  ShardStatus freeze(long move, long epoch) {
    return one(apply(new KvCommand.Freeze(stamp(move, epoch))));
  }

  ShardStatus trim(long move, long epoch, long upTo) {
    return one(apply(new KvCommand.Trim(stamp(move, epoch), upTo)));
  }

  ShardStatus activate(long move, long epoch) {
    return one(apply(new KvCommand.Activate(List.of(stamp(move, epoch)))));
  }

  ShardStatus release(long move, long epoch, int to) {
    return one(apply(new KvCommand.Release(stamp(move, epoch), to)));
  }

  ShardStatus end(long move, long epoch) {
    return one(apply(new KvCommand.End(stamp(move, epoch))));
  }

  ShardStatus drop(long move, long epoch) {
    return one(apply(new KvCommand.Drop(stamp(move, epoch))));
  }

  void expireBefore(long block) {
    apply(new KvCommand.ExpireBefore(block));
  }

  /** All pieces of the shard as it is now, one row a piece if {@code bytesMax} is small. */
  List<KvCommand.Piece> pieces(int bytesMax) {
    return pieces(bytesMax, ByteString.EMPTY);
  }

  List<KvCommand.Piece> pieces(int bytesMax, ByteString from) {
    List<KvCommand.Piece> pieces = new ArrayList<>();
    Optional<KvCommand.Piece> piece = piece(bytesMax, from);
    while (piece.isPresent() && !piece.get().to().equals(piece.get().from())) {
      pieces.add(piece.get());
      piece = piece(bytesMax, piece.get().to());
    }
    return pieces;
  }

  Optional<KvCommand.Piece> piece(int bytesMax, ByteString from) {
    try {
      return new PieceBuilder(states, rows, bytesMax).next(SHARD, from);
    } catch (StoreDamage e) {
      throw new AssertionError(e);
    }
  }

  /** Brings {@code target} to where this group is now. */
  void copyTo(TestGroup target) {
    pieces(MoveSizes.DEFAULT.pieceBytes(), target.state().transit().cursor())
        .forEach(target::receive);
  }

  KvResult.Received receive(KvCommand.Piece piece) {
    return (KvResult.Received) apply(piece);
  }

  /** Moves the shard from here to {@code target}, up to READY there. */
  void sendTo(TestGroup target, long move, long epoch) {
    target.beginImport(move, epoch, id.gid());
    beginExport(move, epoch, target);
    freeze(move, epoch);
    pieces(MoveSizes.DEFAULT.pieceBytes()).forEach(target::receive);
  }

  static KvResult written(long version) {
    return new KvResult.Answered(new Answer(Answer.Kind.WRITTEN, version));
  }

  static KvResult answered(Answer.Kind kind) {
    return new KvResult.Answered(Answer.of(kind));
  }

  static KvResult refused(Reason reason) {
    return new KvResult.Refused(reason);
  }

  static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static ShardStatus one(KvResult result) {
    return ((KvResult.Standing) result).shards().get(0);
  }
}
