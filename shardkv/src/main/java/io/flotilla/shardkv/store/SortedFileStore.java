package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import io.flotilla.base.Meter;
import io.flotilla.base.check.Check;
import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSink;
import io.flotilla.raft.SnapshotSource;
import io.flotilla.raft.StateMachine;
import io.flotilla.shardkv.store.Manifest.NamespaceSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The store that lasts: what changed is in memory, over one immutable checkpoint in sorted files.
 *
 * <pre>
 *   active   overlay      every put goes here
 *   frozen   overlay      what the checkpoint being written adds; empty otherwise
 *   base     checkpoint   manifest, sorted tables, values files: mapped
 * </pre>
 *
 * <p>A read asks from top to bottom. A checkpoint turns active into frozen, merges frozen with base
 * into new files on the file loop, and puts them in force by renaming a manifest; if that fails,
 * active falls onto frozen again and nothing is lost. On the group's loop.
 */
public final class SortedFileStore implements KvStore {
  /** From this length on a table file ends and another begins; far below what can be mapped. */
  private static final long TABLE_BYTES_MAX = 1 << 30;

  private final CheckpointDirectory directory;
  private final EventLoop loop;
  private final EventLoop fileLoop;
  private final Meter meter;
  private final long tableBytesMax;
  private final AtomicReference<Optional<Checkpoint>> committed =
      new AtomicReference<>(Optional.empty());
  private Overlay active = new Overlay();
  private Overlay frozen = new Overlay();
  private Checkpoint base;
  private SnapshotHeader recovered;
  private ByteString recoveredMeta;
  private final LostMark mark;
  private final Optional<LogPosition> lost;
  private Consumer<StoreDamage> onDamage = damage -> {};
  private boolean isCheckpointing;
  private boolean isClosed;
  private long restores;

  private SortedFileStore(
      CheckpointDirectory directory,
      Checkpoint base,
      LostMark mark,
      Optional<LogPosition> lost,
      EventLoop loop,
      EventLoop fileLoop,
      Meter meter,
      long tableBytesMax) {
    this.directory = directory;
    this.mark = mark;
    this.lost = lost;
    this.base = base;
    this.recovered = base.manifest().header();
    this.recoveredMeta = base.manifest().meta();
    this.loop = loop;
    this.fileLoop = fileLoop;
    this.meter = meter;
    this.tableBytesMax = tableBytesMax;
  }

  /**
   * Opens the store in {@code path}, which is made if it is missing and belongs to the store alone,
   * and reads the whole checkpoint once. Blocks: on the file loop. One store at a time.
   *
   * @throws StoreDamage if the checkpoint does not hold what was written to it; nothing has changed
   */
  public static SortedFileStore open(
      Disk disk, String path, EventLoop loop, EventLoop fileLoop, Meter meter)
      throws DiskException, StoreDamage {
    return open(disk, path, loop, fileLoop, meter, TABLE_BYTES_MAX);
  }

  static SortedFileStore open(
      Disk disk, String path, EventLoop loop, EventLoop fileLoop, Meter meter, long tableBytesMax)
      throws DiskException, StoreDamage {
    CheckpointDirectory directory = new CheckpointDirectory(disk, path);
    Checkpoint base = directory.open();
    LostMark mark = new LostMark(disk, path);
    return new SortedFileStore(
        directory, base, mark, mark.read(), loop, fileLoop, meter, tableBytesMax);
  }

  /**
   * Gives up the checkpoint in {@code path}: the next {@link #open} finds a new store that says
   * what was {@link #lost}. For a damaged one, whose replica has promised things up to {@code
   * promised} and must get its state from the leader before it votes again. Blocks: on the file
   * loop, with no store open.
   */
  public static void discard(Disk disk, String path, LogPosition promised) throws DiskException {
    new LostMark(disk, path).write(promised);
    disk.delete(path + "/" + CheckpointDirectory.MANIFEST);
    disk.dirSync(path);
  }

  @Override
  public Optional<LogPosition> lost() {
    return lost;
  }

  @Override
  public void regained() {
    fileLoop.execute(
        () -> {
          try {
            mark.delete();
          } catch (DiskException failure) {
            // Found again at the next start, and given up again as soon as the log has been heard.
            meter.count("flotilla_store_marks_not_deleted_total", 1);
          }
        });
  }

  @Override
  public void onDamage(Consumer<StoreDamage> listener) {
    onDamage = listener;
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
  public Optional<Row> get(Namespace namespace, RowKind kind, ByteString key) throws StoreDamage {
    Slot slot = active.get(namespace, kind, key);
    if (!slot.isKnown()) {
      slot = frozen.get(namespace, kind, key);
    }
    return slot.isKnown() ? slot.row() : base.get(namespace, kind, key);
  }

  @Override
  public void put(Namespace namespace, RowKind kind, ByteString key, Row row) {
    Check.that(key.size() <= KEY_BYTES_MAX, "key of %d bytes", key.size());
    Check.that(row.value().size() <= VALUE_BYTES_MAX, "value of %d bytes", row.value().size());
    active.put(namespace, kind, key, Slot.of(row));
  }

  @Override
  public void remove(Namespace namespace, RowKind kind, ByteString key) {
    active.put(namespace, kind, key, Slot.REMOVED);
  }

  @Override
  public RowCursor scan(Namespace namespace, RowKind kind, ByteString fromInclusive) {
    List<LayerWalk> layers = new ArrayList<>();
    layers.add(active.walk(namespace, kind, fromInclusive));
    if (!active.hidesBelow(namespace)) {
      layers.add(frozen.walk(namespace, kind, fromInclusive));
    }
    if (!hidesBase(namespace)) {
      layers.add(base.walk(namespace, kind, fromInclusive));
    }
    return new MergedCursor(layers);
  }

  @Override
  public void dropNamespace(Namespace namespace) {
    active.drop(namespace);
  }

  @Override
  public List<Namespace> namespaces() {
    TreeSet<Namespace> found = new TreeSet<>();
    for (NamespaceSize size : base.manifest().namespaces()) {
      if (!hidesBase(size.namespace())) {
        found.add(size.namespace());
      }
    }
    frozen.namespaces().stream()
        .filter(namespace -> frozen.hasRows(namespace) && !active.hidesBelow(namespace))
        .forEach(found::add);
    active.namespaces().stream().filter(active::hasRows).forEach(found::add);
    return List.copyOf(found);
  }

  @Override
  public void checkpoint(SnapshotHeader header, ByteString meta, StateMachine.CheckpointDone done) {
    Check.that(!isCheckpointing && !isClosed, "a second checkpoint at a time, or one after close");
    Check.that(meta.size() <= META_BYTES_MAX, "meta of %d bytes", meta.size());
    isCheckpointing = true;
    frozen = active;
    active = frozen.next();
    long startNanos = loop.nanoTime();
    CheckpointWriter.Plan plan =
        new CheckpointWriter.Plan(header, meta, frozen, base, restores, tableBytesMax);
    CheckpointWriter.Listener listener =
        new CheckpointWriter.Listener() {
          @Override
          public void written(Checkpoint checkpoint) {
            loop.execute(
                () -> {
                  meter.observe(
                      "flotilla_store_checkpoint_seconds", (loop.nanoTime() - startNanos) / 1e9);
                  takeOver(plan, checkpoint);
                  finish(done::durable);
                });
          }

          @Override
          public void failed(DiskException failure) {
            loop.execute(() -> notWritten(plan, done, failure));
          }

          @Override
          public void damaged(StoreDamage damage) {
            loop.execute(
                () -> {
                  String reason = damage.file() + " is damaged";
                  notWritten(plan, done, new DiskException.Broken(reason, damage));
                  if (!isClosed) {
                    onDamage.accept(damage);
                  }
                });
          }
        };
    CheckpointWriter writer = new CheckpointWriter(directory, fileLoop, plan, listener);
    fileLoop.execute(writer::run);
  }

  @Override
  public SnapshotSource openSnapshot() {
    Checkpoint pinned = base;
    fileLoop.execute(() -> directory.retain(pinned));
    return new CheckpointSource(pinned, () -> fileLoop.execute(() -> directory.release(pinned)));
  }

  @Override
  public SnapshotSink beginRestore(SnapshotHeader header, long length) {
    return new CheckpointSink(
        directory,
        header,
        length,
        checkpoint -> committed.getAndSet(Optional.of(checkpoint)).ifPresent(directory::release));
  }

  @Override
  public void restored() {
    Checkpoint restored = committed.getAndSet(Optional.empty()).orElseThrow();
    Checkpoint before = base;
    base = restored;
    active = new Overlay();
    frozen = new Overlay();
    recovered = base.manifest().header();
    recoveredMeta = base.manifest().meta();
    restores++;
    fileLoop.execute(() -> directory.release(before));
  }

  @Override
  public StoreStats stats() {
    long rows = active.rows() + frozen.rows();
    long liveBytes = active.liveBytes() + frozen.liveBytes();
    for (NamespaceSize size : base.manifest().namespaces()) {
      if (!hidesBase(size.namespace())) {
        rows += size.rows();
        liveBytes += size.bytes();
      }
    }
    long overlayBytes = active.bytes() + frozen.bytes();
    return new StoreStats(rows, liveBytes, overlayBytes, directory.diskBytes());
  }

  @Override
  public void close() {
    isClosed = true;
    fileLoop.execute(directory::close);
  }

  private boolean hidesBase(Namespace namespace) {
    return active.hidesBelow(namespace) || frozen.hidesBelow(namespace);
  }

  /** The checkpoint of {@code plan} is in force; its overlay is in it. */
  private void takeOver(CheckpointWriter.Plan plan, Checkpoint checkpoint) {
    boolean isCurrent = restores == plan.begunAfter();
    Checkpoint released = isCurrent ? base : checkpoint;
    if (isCurrent) {
      base = checkpoint;
      frozen = new Overlay();
    }
    fileLoop.execute(() -> directory.release(released));
  }

  private void notWritten(
      CheckpointWriter.Plan plan, StateMachine.CheckpointDone done, DiskException failure) {
    meter.count("flotilla_store_checkpoint_failures_total", 1);
    fallBack(plan);
    finish(() -> done.failed(failure));
  }

  /** There is no such checkpoint; its overlay is still all there is of those changes. */
  private void fallBack(CheckpointWriter.Plan plan) {
    if (restores == plan.begunAfter()) {
      frozen.absorb(active);
      active = frozen;
      frozen = new Overlay();
    }
  }

  private void finish(Runnable answer) {
    isCheckpointing = false;
    if (!isClosed) {
      answer.run();
    }
  }
}
