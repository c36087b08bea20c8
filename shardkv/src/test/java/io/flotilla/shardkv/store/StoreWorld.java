package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSink;
import io.flotilla.raft.SnapshotSource;
import io.flotilla.raft.StateMachine;
import io.flotilla.sim.SimDisk;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** One simulated node with the two loops of a store, and what tests do with stores. */
final class StoreWorld {
  private static final long LONG_NANOS = 3_600_000_000_000L;

  final Simulation simulation;
  final SimNode node;
  EventLoop loop;
  EventLoop fileLoop;

  StoreWorld(long seed) {
    this.simulation = new Simulation(seed);
    this.node = simulation.node("n1");
    this.loop = node.loop("group");
    this.fileLoop = node.loop("files");
  }

  SimDisk disk() {
    return node.disk();
  }

  /** Lets everything happen that is under way. */
  void settle() {
    simulation.runFor(LONG_NANOS);
  }

  /** A new process on a dead node. */
  void restart() {
    node.restart(
        () -> {
          loop = node.loop("group");
          fileLoop = node.loop("files");
        });
  }

  static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  static SnapshotHeader header(long index) {
    return new SnapshotHeader(
        new LogPosition(3, index), new Membership(List.of(1, 2, 3), List.of(), List.of(7)));
  }

  /** Begins a checkpoint; what it answers shows after {@link #settle}. */
  static Answer begin(KvStore store, long index, String meta) {
    Answer answer = new Answer();
    store.checkpoint(header(index), bytes(meta), answer);
    return answer;
  }

  /** Writes a checkpoint, which must succeed. */
  void checkpoint(KvStore store, long index, String meta) {
    Answer answer = begin(store, index, meta);
    settle();
    if (!answer.isDurable) {
      throw new AssertionError("checkpoint failed: " + answer.failure);
    }
  }

  /** All rows of a store. */
  static TreeMap<RowKey, Row> rows(KvStore store) throws StoreDamage {
    TreeMap<RowKey, Row> rows = new TreeMap<>();
    for (Namespace namespace : store.namespaces()) {
      for (RowKind kind : RowKind.values()) {
        RowCursor cursor = store.scan(namespace, kind, ByteString.EMPTY);
        while (cursor.next()) {
          rows.put(new RowKey(namespace, kind, cursor.key()), cursor.row());
        }
      }
    }
    return rows;
  }

  /** Sends the newest checkpoint of one store to another, in pieces; answers what commit did. */
  static boolean send(KvStore from, KvStore to, int pieceBytes) throws DiskException {
    try (SnapshotSource source = from.openSnapshot()) {
      SnapshotSink sink = to.beginRestore(source.header(), source.length());
      long offset = 0;
      for (ByteString piece = source.read(0, pieceBytes);
          !piece.isEmpty();
          piece = source.read(offset, pieceBytes)) {
        sink.write(offset, piece);
        offset += piece.size();
      }
      return sink.commit();
    }
  }

  /** What a checkpoint answered. */
  static final class Answer implements StateMachine.CheckpointDone {
    boolean isDurable;
    Optional<DiskException> failure = Optional.empty();

    @Override
    public void durable() {
      isDurable = true;
    }

    @Override
    public void failed(DiskException cause) {
      failure = Optional.of(cause);
    }
  }
}
