package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import io.flotilla.base.check.Check;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSink;
import io.flotilla.raft.SnapshotSource;
import io.flotilla.raft.StateMachine;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A store without files, for tests of what stands on a store: one sorted map, and a {@link
 * MemoryCheckpoints} in place of a directory. Keeps the contract of {@link KvStore} and is as slow
 * as it is simple.
 */
public final class MemoryStore implements KvStore {
  private final MemoryCheckpoints checkpoints;
  private final EventLoop loop;
  private final EventLoop fileLoop;
  private TreeMap<RowKey, Row> rows = new TreeMap<>();
  private SnapshotHeader recovered = SnapshotHeader.NONE;
  private ByteString recoveredMeta = ByteString.EMPTY;
  private boolean checkpointing;
  private boolean closed;
  private long restores;

  /** Opens the newest of {@code checkpoints}; one store at a time may use them. */
  public MemoryStore(MemoryCheckpoints checkpoints, EventLoop loop, EventLoop fileLoop) {
    this.checkpoints = checkpoints;
    this.loop = loop;
    this.fileLoop = fileLoop;
    load();
  }

  @Override
  public SnapshotHeader recovered() {
    return recovered;
  }

  @Override
  public ByteString recoveredMeta() {
    return recoveredMeta;
  }

  @Override
  public Optional<Row> get(Namespace namespace, RowKind kind, ByteString key) {
    return Optional.ofNullable(rows.get(new RowKey(namespace, kind, key)));
  }

  @Override
  public void put(Namespace namespace, RowKind kind, ByteString key, Row row) {
    Check.that(key.size() <= KEY_BYTES_MAX, "key of %d bytes", key.size());
    Check.that(row.value().size() <= VALUE_BYTES_MAX, "value of %d bytes", row.value().size());
    rows.put(new RowKey(namespace, kind, key), row);
  }

  @Override
  public void remove(Namespace namespace, RowKind kind, ByteString key) {
    rows.remove(new RowKey(namespace, kind, key));
  }

  @Override
  public RowCursor scan(Namespace namespace, RowKind kind, ByteString fromInclusive) {
    Iterator<Map.Entry<RowKey, Row>> walk =
        rows.tailMap(new RowKey(namespace, kind, fromInclusive), true).entrySet().iterator();
    return new RowCursor() {
      private ByteString key = ByteString.EMPTY;
      private Row row = Row.tombstone(0);

      @Override
      public boolean next() {
        if (!walk.hasNext()) {
          return false;
        }
        Map.Entry<RowKey, Row> entry = walk.next();
        key = entry.getKey().key();
        row = entry.getValue();
        return entry.getKey().namespace().equals(namespace) && entry.getKey().kind() == kind;
      }

      @Override
      public ByteString key() {
        return key;
      }

      @Override
      public Row row() {
        return row;
      }
    };
  }

  @Override
  public void dropNamespace(Namespace namespace) {
    rows.keySet().removeIf(key -> key.namespace().equals(namespace));
  }

  @Override
  public List<Namespace> namespaces() {
    return rows.keySet().stream().map(RowKey::namespace).distinct().toList();
  }

  @Override
  public void checkpoint(SnapshotHeader header, ByteString meta, StateMachine.CheckpointDone done) {
    Check.that(!checkpointing, "a second checkpoint at a time");
    Check.that(meta.size() <= META_BYTES_MAX, "meta of %d bytes", meta.size());
    checkpointing = true;
    ByteString image = MemoryCheckpoints.encode(header, meta, new TreeMap<>(rows));
    long begunAfter = restores;
    fileLoop.execute(
        () -> {
          boolean kept = checkpoints.replace(image, begunAfter);
          loop.execute(
              () -> {
                checkpointing = false;
                if (closed) {
                  return;
                }
                if (kept) {
                  done.durable();
                } else {
                  done.failed(new DiskException.Full("a restored checkpoint took its place"));
                }
              });
        });
  }

  @Override
  public SnapshotSource openSnapshot() {
    ByteString image = checkpoints.newest();
    return new SnapshotSource() {
      @Override
      public SnapshotHeader header() {
        return MemoryCheckpoints.decode(image).orElseThrow().header();
      }

      @Override
      public long length() {
        return image.size();
      }

      @Override
      public ByteString read(long offset, int maxBytes) {
        int from = (int) Math.min(offset, image.size());
        return image.substring(from, (int) Math.min(image.size(), (long) from + maxBytes));
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public SnapshotSink beginRestore(SnapshotHeader header, long length) {
    return new SnapshotSink() {
      private ByteString staged = ByteString.EMPTY;

      @Override
      public void write(long offset, ByteString bytes) {
        Check.that(offset == staged.size(), "gap at %d", offset);
        staged = staged.concat(bytes);
      }

      @Override
      public boolean commit() {
        boolean valid =
            staged.size() == length
                && MemoryCheckpoints.decode(staged)
                    .filter(image -> image.header().equals(header))
                    .isPresent();
        if (valid) {
          checkpoints.restore(staged);
        }
        return valid;
      }

      @Override
      public void abort() {
        staged = ByteString.EMPTY;
      }
    };
  }

  @Override
  public void restored() {
    load();
  }

  @Override
  public StoreStats stats() {
    long bytes = 0;
    for (Map.Entry<RowKey, Row> entry : rows.entrySet()) {
      bytes += entry.getKey().key().size() + entry.getValue().value().size();
    }
    return new StoreStats(rows.size(), bytes, bytes, 0);
  }

  @Override
  public void close() {
    closed = true;
  }

  private void load() {
    MemoryCheckpoints.Image image = MemoryCheckpoints.decode(checkpoints.newest()).orElseThrow();
    recovered = image.header();
    recoveredMeta = image.meta();
    rows = image.rows();
    restores = checkpoints.restores();
  }
}
