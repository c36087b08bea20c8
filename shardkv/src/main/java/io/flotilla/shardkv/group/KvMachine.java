package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import io.flotilla.base.check.Check;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.ApplyBatch;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSink;
import io.flotilla.raft.SnapshotSource;
import io.flotilla.raft.StateMachine;
import io.flotilla.shardkv.store.KvStore;
import io.flotilla.shardkv.store.Namespace;
import io.flotilla.shardkv.store.Row;
import io.flotilla.shardkv.store.RowKind;
import io.flotilla.shardkv.store.StoreDamage;
import io.flotilla.shardkv.store.StoreStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The state machine of one group of shards: feeds committed commands to the rules, keeps rows and
 * shard states in one store so that a checkpoint has both as of the same log position, and lets the
 * rooms above read.
 *
 * <p>On the group's loop. Reads show what was applied last; whether that may be told to a client is
 * for the caller to know, who asks for the shard's phase in the same step of the loop. Damage of
 * the store met while applying stops the group; met by a read, it comes out as {@link StoreDamage}.
 */
public final class KvMachine implements StateMachine<KvResult> {
  private final GroupId group;
  private final KvStore store;
  private final MoveSizes sizes;
  private final StoreRows rows;
  private final List<ShardListener> listeners = new ArrayList<>();
  private final List<OperationListener> operationListeners = new ArrayList<>();
  private final List<Changed> changes = new ArrayList<>();
  private ShardStates states;
  private GroupRules rules;
  private LogPosition applied = LogPosition.ZERO;
  private Optional<StoreDamage> damage = Optional.empty();
  private Consumer<StoreDamage> onDamage =
      found -> {
        throw new IllegalStateException("nobody repairs", found);
      };

  /** A shard whose standing has changed and whom nobody has told yet. */
  private record Changed(int shard, ShardState before, ShardState after) {}

  /** Goes on from what {@code store} was opened with. */
  public KvMachine(GroupId group, KvStore store, MoveSizes sizes) {
    this.group = group;
    this.store = store;
    this.sizes = sizes;
    this.rows = new StoreRows(store);
    this.states = load();
    this.rules = new GroupRules(states, rows, sizes);
  }

  /** Adds a listener, for as long as this machine lives. */
  public void listen(ShardListener listener) {
    listeners.add(listener);
  }

  /** Adds a listener to clients' operations, for as long as this machine lives. */
  public void listen(OperationListener listener) {
    operationListeners.add(listener);
  }

  /**
   * Who hears, once, that the store is damaged. From then on nothing is applied or answered here:
   * this machine is to be closed, and opened again over a store that has given up what it held.
   */
  public void onDamage(Consumer<StoreDamage> listener) {
    onDamage = listener;
    store.onDamage(this::damaged);
  }

  @Override
  public SnapshotHeader recovered() {
    return store.recovered();
  }

  @Override
  public Optional<LogPosition> lost() {
    return store.lost();
  }

  @Override
  public void regained() {
    store.regained();
  }

  @Override
  public void apply(ApplyBatch<KvResult> batch) {
    for (Entry entry : batch.commands()) {
      KvResult result;
      try {
        requireSound();
        result = apply(entry);
      } catch (StoreDamage found) {
        damaged(found);
        return;
      }
      applied = entry.position();
      chainChanges();
      tell();
      batch.answers().answer(entry, result);
    }
    applied = batch.last();
  }

  private KvResult apply(Entry entry) throws StoreDamage {
    Optional<KvCommand> command = KvCommandCodec.decode(entry.data());
    if (command.isEmpty()) {
      return new KvResult.Refused(KvResult.Reason.MALFORMED);
    }
    KvResult result = rules.apply(command.get());
    if (command.get() instanceof KvCommand.Mutate operation) {
      operationListeners.forEach(listener -> listener.applied(operation, result));
    }
    return result;
  }

  private void damaged(StoreDamage found) {
    if (damage.isEmpty()) {
      damage = Optional.of(found);
      onDamage.accept(found);
    }
  }

  /** Half an effect may have been taken over when damage was met: nothing is shown after it. */
  private void requireSound() throws StoreDamage {
    if (damage.isPresent()) {
      throw damage.get();
    }
  }

  /** A question to the store. */
  private interface Query<T> {
    T ask() throws StoreDamage;
  }

  private <T> T query(Query<T> query) throws StoreDamage {
    requireSound();
    try {
      return query.ask();
    } catch (StoreDamage found) {
      damaged(found);
      throw found;
    }
  }

  @Override
  public void checkpoint(SnapshotHeader header, CheckpointDone done) {
    if (damage.isPresent()) {
      done.failed(new DiskException.Broken(damage.get().file() + " is damaged", damage.get()));
      return;
    }
    Check.that(header.position().equals(applied), "checkpoint beside what is applied");
    store.checkpoint(header, CheckpointMeta.encode(states, rows.chain().value()), done);
  }

  @Override
  public SnapshotSource openSnapshot() {
    return store.openSnapshot();
  }

  @Override
  public SnapshotSink beginRestore(SnapshotHeader header, long length) {
    return store.beginRestore(header, length);
  }

  @Override
  public void restored() {
    ShardStates old = states;
    store.restored();
    states = load();
    rules = new GroupRules(states, rows, sizes);
    for (int shard = 0; shard < Math.max(old.bound(), states.bound()); shard++) {
      if (!old.get(shard).standsLike(states.get(shard))) {
        changes.add(new Changed(shard, old.get(shard), states.get(shard)));
      }
    }
    tell();
  }

  @Override
  public void close() {
    store.close();
  }

  /** Which group, in which life. */
  public GroupId group() {
    return group;
  }

  /** Position of the last entry applied. */
  public LogPosition applied() {
    return applied;
  }

  /**
   * A number over all effects up to {@link #applied}: equal on all replicas that have not erred.
   */
  public long chain() {
    return rows.chain().value();
  }

  /** How the group stands to a shard. */
  public ShardState shard(int shard) {
    return states.get(shard);
  }

  /** All shards this group has heard of have lower numbers. */
  public int shardBound() {
    return states.bound();
  }

  /** How the group stands to a shard, as others are told. */
  public ShardStatus status(int shard) {
    return ShardStatus.of(group, shard, states.get(shard), ShardStatus.Verdict.ACCEPTED);
  }

  /** Highest block below which this group was told that sessions are over. */
  public long expireBefore() {
    return states.expireBefore();
  }

  /** The row of a key of a shard that is served here; empty if the key is absent. */
  public Optional<Row> get(int shard, ByteString key) throws StoreDamage {
    ShardState state = states.get(shard);
    Check.that(state.phase().serves(), "read of shard %d, which is %s", shard, state.phase());
    return query(() -> store.get(state.namespace(shard), RowKind.DATA, key))
        .filter(row -> !row.isTombstone());
  }

  /**
   * Rows of those of {@code shards} that are served here, by ascending key: those whose key starts
   * with {@code prefix} and comes after {@code after}, which is empty for all; at most {@code
   * limit}, and about {@link Limits#SCAN_BYTES_MAX} bytes.
   */
  public ScanPage scan(List<Integer> shards, ByteString prefix, ByteString after, int limit)
      throws StoreDamage {
    return query(() -> new ShardScan(states, rows, prefix, after).page(shards, limit));
  }

  /**
   * What comes next of a shard on its way out, from a cursor of its destination on, addressed to
   * the destination; see {@link PieceBuilder}.
   */
  public Optional<KvCommand.Piece> piece(int shard, ByteString from) throws StoreDamage {
    return query(() -> new PieceBuilder(states, rows, sizes.pieceBytes()).next(shard, from));
  }

  /** How much of a move is sent and remembered at once. */
  public MoveSizes sizes() {
    return sizes;
  }

  /** How large the group is. */
  public StoreStats stats() {
    return store.stats();
  }

  private ShardStates load() {
    ShardStates loaded =
        new ShardStates(
            group, (shard, before, after) -> changes.add(new Changed(shard, before, after)));
    rows.resume(new EffectChain(CheckpointMeta.decode(store.recoveredMeta(), loaded)));
    applied = store.recovered().position();
    changes.clear();
    for (Namespace namespace : store.namespaces()) {
      ShardState state = loaded.get(namespace.shard());
      if (state.rowEpoch() == 0 || state.rowEpoch() != namespace.epoch()) {
        // Left over from a purge that the crash cut short: no shard state names it.
        store.dropNamespace(namespace);
      }
    }
    return loaded;
  }

  private void chainChanges() {
    for (Changed change : changes) {
      rows.chain().mix(change.shard());
      rows.chain().mix(change.after().phase().code());
      rows.chain().mix(change.after().fence());
      rows.chain().mix(change.after().epoch());
    }
  }

  /** Listeners hear of a change when its command is done: what they see is never half a command. */
  private void tell() {
    if (changes.isEmpty()) {
      return;
    }
    List<Changed> told = List.copyOf(changes);
    changes.clear();
    for (Changed change : told) {
      for (ShardListener listener : listeners) {
        listener.changed(change.shard(), change.before(), change.after());
      }
    }
  }
}
