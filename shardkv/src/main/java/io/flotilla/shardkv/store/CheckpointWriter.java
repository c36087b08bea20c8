package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.shardkv.store.Manifest.NamespaceSize;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Writes one checkpoint: a frozen overlay over the checkpoint before it, merged into new tables. In
 * slices, so that other groups get their turn on the file loop, which is where all of it runs.
 */
final class CheckpointWriter {
  /** How much is written before others get a turn. */
  private static final long SLICE_BYTES = 1 << 20;

  /** What a row is reckoned to cost besides its bytes when slices are measured. */
  private static final int ROW_BYTES = 64;

  /**
   * What a checkpoint is made of.
   *
   * @param begunAfter restores that had taken over when it was begun; one more makes it void
   * @param tableBytesMax from this length on a table ends and another begins
   */
  record Plan(
      SnapshotHeader header,
      ByteString meta,
      Overlay frozen,
      Checkpoint base,
      long begunAfter,
      long tableBytesMax) {}

  /** Who waits for it; called on the file loop, once, or never if the store was closed. */
  interface Listener {
    /** It is in force, and retained. */
    void written(Checkpoint checkpoint);

    /** The one before it is in force; or, after Broken, nobody knows which. */
    void failed(DiskException failure);

    /** The one before it is in force, and not to be trusted. */
    void damaged(StoreDamage damage);
  }

  private final CheckpointDirectory directory;
  private final EventLoop fileLoop;
  private final Plan plan;
  private final Listener listener;
  private final ArrayDeque<Part> parts = new ArrayDeque<>();
  private final List<TableFile> tables = new ArrayList<>();
  private final List<NamespaceSize> sizes = new ArrayList<>();
  private final List<Long> numbers = new ArrayList<>();
  private Optional<TableWriter> writer = Optional.empty();
  private Optional<RowCursor> cursor = Optional.empty();

  /** One table of one namespace. */
  private record Part(Namespace namespace, RowKind kind) {}

  CheckpointWriter(
      CheckpointDirectory directory, EventLoop fileLoop, Plan plan, Listener listener) {
    this.directory = directory;
    this.fileLoop = fileLoop;
    this.plan = plan;
    this.listener = listener;
    TreeSet<Namespace> namespaces = new TreeSet<>(plan.frozen().namespaces());
    plan.base().manifest().namespaces().forEach(size -> namespaces.add(size.namespace()));
    for (Namespace namespace : namespaces) {
      for (RowKind kind : RowKind.values()) {
        parts.add(new Part(namespace, kind));
      }
    }
  }

  /** Writes a slice and, until the end, asks for the next turn. */
  void run() {
    if (directory.isClosed()) {
      discard();
      return;
    }
    // SAFETY restored-is-not-overwritten: an older checkpoint never replaces a snapshot
    if (directory.restores() != plan.begunAfter()) {
      fail(new DiskException.Full("a restored checkpoint took the place of the one being written"));
      return;
    }
    boolean isWritten;
    try {
      directory.settle();
      isWritten = plan.frozen().namespaces().isEmpty() ? reuse() : writeSlice();
      if (isWritten) {
        finishTable();
        directory.draft(manifest());
      }
    } catch (DiskException e) {
      fail(e);
      return;
    } catch (StoreDamage e) {
      discard();
      listener.damaged(e);
      return;
    }
    if (isWritten) {
      commit();
    } else {
      fileLoop.execute(this::run);
    }
  }

  /** Nothing changed but what the checkpoint stands for: its tables serve again. */
  private boolean reuse() {
    tables.addAll(plan.base().tables());
    sizes.addAll(plan.base().manifest().namespaces());
    return true;
  }

  /** Whether that was the last. */
  private boolean writeSlice() throws DiskException, StoreDamage {
    long budget = SLICE_BYTES;
    while (budget > 0) {
      if (parts.isEmpty()) {
        return true;
      }
      Part part = parts.getFirst();
      if (cursor.isEmpty()) {
        cursor = Optional.of(cursorOf(part));
      }
      RowCursor rows = cursor.get();
      if (rows.next()) {
        budget -= write(part, rows.key(), rows.row()) + ROW_BYTES;
      } else {
        parts.removeFirst();
        cursor = Optional.empty();
      }
    }
    return false;
  }

  private RowCursor cursorOf(Part part) throws StoreDamage {
    List<LayerWalk> layers = new ArrayList<>();
    layers.add(plan.frozen().sorted(part.namespace(), part.kind()));
    if (!plan.frozen().hidesBelow(part.namespace())) {
      layers.add(plan.base().walk(part.namespace(), part.kind(), ByteString.EMPTY));
    }
    return new MergedCursor(layers);
  }

  private long write(Part part, ByteString key, Row row) throws DiskException, StoreDamage {
    if (writer.isPresent() && writer.get().bytes() >= plan.tableBytesMax()) {
      finishTable();
    }
    if (writer.isEmpty()) {
      long number = directory.nextNumber();
      numbers.add(number);
      writer = Optional.of(new TableWriter(directory, number));
    }
    writer.get().put(TableKey.of(part.namespace(), part.kind(), key), row);
    long bytes = (long) key.size() + row.value().size();
    count(part.namespace(), bytes);
    return bytes;
  }

  private void count(Namespace namespace, long bytes) {
    int last = sizes.size() - 1;
    if (last >= 0 && sizes.get(last).namespace().equals(namespace)) {
      NamespaceSize size = sizes.get(last);
      sizes.set(last, new NamespaceSize(namespace, size.rows() + 1, size.bytes() + bytes));
    } else {
      sizes.add(new NamespaceSize(namespace, 1, bytes));
    }
  }

  private void finishTable() throws DiskException, StoreDamage {
    if (writer.isPresent()) {
      TableWriter done = writer.get();
      tables.add(done.finish());
      done.close();
      writer = Optional.empty();
    }
  }

  private Manifest manifest() {
    return new Manifest(
        plan.header(), plan.meta(), tables.stream().map(TableFile::entry).toList(), sizes);
  }

  private void commit() {
    try {
      directory.commitDraft(numbers);
    } catch (DiskException e) {
      listener.failed(e);
      return;
    }
    Checkpoint checkpoint = new Checkpoint(manifest(), tables);
    directory.retain(checkpoint);
    listener.written(checkpoint);
  }

  private void fail(DiskException failure) {
    discard();
    listener.failed(failure);
  }

  /** Gives the space of what was written back. */
  private void discard() {
    writer.ifPresent(TableWriter::close);
    numbers.forEach(directory::discard);
  }
}
