package io.flotilla.shardctrler.state;

import io.flotilla.base.check.Check;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that the controller knows. Changed only by the rules of this package, one command at a time;
 * what a command does to the map becomes one new version when {@link #seal} ends it. Owned by the
 * loop of the controller's group.
 */
public final class ControllerState {
  /** Finished moves kept for people to look at. */
  static final int FINISHED_MAX = 1_000;

  final TreeMap<Integer, NodeAddress> nodes = new TreeMap<>();
  final TreeMap<Integer, Long> incarnations = new TreeMap<>();
  final TreeSet<Integer> leaving = new TreeSet<>();
  final TreeSet<Integer> pinned = new TreeSet<>();
  final SessionBlocks blocks;
  private final MapHistory history;
  private final MapDraft draft;
  private final TreeMap<Long, Move> moves = new TreeMap<>();
  private final TreeMap<Integer, Long> moveOfShard = new TreeMap<>();
  private final ArrayDeque<Move> finished = new ArrayDeque<>();
  private long nextMove = 1;

  /** The state of a newborn cluster. */
  ControllerState(int shardCount, SessionBlocks blocks) {
    this(new MapHistory(ShardMap.empty(shardCount)), blocks, 1);
  }

  ControllerState(MapHistory history, SessionBlocks blocks, long nextMove) {
    this.history = history;
    this.blocks = blocks;
    this.draft = new MapDraft(history.latest());
    this.nextMove = nextMove;
  }

  /** The latest map. */
  public ShardMap map() {
    return history.latest();
  }

  /** The map of {@code version}, at most the latest; empty if it is not kept any more. */
  public Optional<ShardMap> map(long version) {
    return history.find(version);
  }

  /** The oldest version that is kept, apart from 0. */
  public long oldestVersion() {
    return history.oldest().version();
  }

  /** Every node that has ever registered, by id. */
  public SortedMap<Integer, NodeAddress> nodes() {
    return Collections.unmodifiableSortedMap(nodes);
  }

  /** Groups that will be removed once their shards are gone. */
  public SortedSet<Integer> leaving() {
    return Collections.unmodifiableSortedSet(leaving);
  }

  /** Shards that no rebalance moves away from a group that stays. */
  public SortedSet<Integer> pinned() {
    return Collections.unmodifiableSortedSet(pinned);
  }

  /** Moves that are not finished, by id. */
  public Collection<Move> moves() {
    return Collections.unmodifiableCollection(moves.values());
  }

  /** The unfinished move with {@code id}. */
  public Optional<Move> move(long id) {
    return Optional.ofNullable(moves.get(id));
  }

  /** The unfinished move of {@code shard}. */
  public Optional<Move> moveOf(int shard) {
    return Optional.ofNullable(moveOfShard.get(shard)).flatMap(this::move);
  }

  /** The newest finished moves, oldest first, at most 1,000. */
  public Collection<Move> finished() {
    return Collections.unmodifiableCollection(finished);
  }

  /** Every session of a lower block is over. */
  public long expireBefore() {
    return blocks.expireBefore();
  }

  /** Whether any issued block is not over yet, so that time matters. */
  public boolean hasLiveBlocks() {
    return !blocks.live().isEmpty();
  }

  MapHistory history() {
    return history;
  }

  MapDraft draft() {
    return draft;
  }

  long nextMove() {
    return nextMove;
  }

  ShardEntry entry(int shard) {
    return draft.shard(shard);
  }

  boolean isStaying(int gid) {
    return draft.groups().containsKey(gid) && !leaving.contains(gid);
  }

  /** Gids that may be given shards, ascending. */
  SortedSet<Integer> staying() {
    TreeSet<Integer> gids = new TreeSet<>(draft.groups().keySet());
    gids.removeAll(leaving);
    return gids;
  }

  Move begin(int shard) {
    ShardEntry entry = entry(shard);
    Move move =
        new Move(
            nextMove++,
            shard,
            entry.owner(),
            incarnationOf(entry.owner()),
            entry.target(),
            incarnationOf(entry.target()),
            entry.epoch() + 1,
            Move.Phase.COPY,
            false,
            false,
            "",
            MoveTally.NONE);
    restore(move);
    return move;
  }

  /** Puts a move in, new or from a checkpoint. */
  void restore(Move move) {
    Check.that(!moveOfShard.containsKey(move.shard()), "shard %d is in a move", move.shard());
    moves.put(move.id(), move);
    moveOfShard.put(move.shard(), move.id());
  }

  /** Replaces an unfinished move by its next state; one that both sides acknowledged is over. */
  void advance(Move move) {
    Check.that(moves.containsKey(move.id()), "move %d is not live", move.id());
    moves.put(move.id(), move);
    if (move.isAcked()) {
      moves.remove(move.id());
      moveOfShard.remove(move.shard());
      archive(move.finished());
    }
  }

  void archive(Move move) {
    finished.addLast(move);
    if (finished.size() > FINISHED_MAX) {
      finished.removeFirst();
    }
  }

  /** Ends a command: whatever it did to the map is one new version. */
  long seal() {
    MapDelta delta = draft.drain(history.latest());
    if (!delta.isEmpty()) {
      history.append(delta);
    }
    return history.latest().version();
  }

  private long incarnationOf(int gid) {
    return Optional.ofNullable(draft.groups().get(gid)).map(GroupMembers::incarnation).orElse(0L);
  }
}
