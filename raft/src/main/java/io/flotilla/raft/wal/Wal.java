package io.flotilla.raft.wal;

import io.flotilla.base.Meter;
import io.flotilla.base.check.Check;
import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The write-ahead log of a node: what every group must not forget, in one file at a time.
 *
 * <p>Appends of all groups that wait while the disk is busy become one batch: one write, one sync.
 * One batch is in flight at a time. All work is done on the log loop; the public methods only hop
 * there, from any loop. Appends become durable in the order in which one loop made them; a power
 * loss keeps whole batches, and an append that does not fit one batch may survive in part, always a
 * prefix of its records.
 *
 * <p>On a full disk appends wait, in memory, until space returns. After any other failure nothing
 * is known about what reached the disk: the log is latched, {@code onBroken} is told once, and no
 * callback is called ever after.
 */
public final class Wal {
  /** What a record without entries counts for among the bytes that wait. */
  private static final int RECORD_BYTES = 64;

  private final WalConfig config;
  private final EventLoop logLoop;
  private final Meter meter;
  private final Consumer<DiskException> onBroken;
  private final LogTail tail;
  private final LogIndex index;
  private final EntryReader reader;
  private final WalCleaner cleaner;
  private final Batch batch;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final List<Waiting> staged = new ArrayList<>();
  private final Deque<Runnable> reads = new ArrayDeque<>();
  private long waitingBytes;
  private boolean flushQueued;
  private boolean latched;

  /** An append on its way, and how much of it is in a batch already. */
  private static final class Waiting {
    final List<WalRecord> records;
    final EventLoop replyTo;
    final Runnable onDurable;
    final long bytes;
    int record;
    int entry;

    Waiting(List<WalRecord> records, EventLoop replyTo, Runnable onDurable) {
      this.records = records;
      this.replyTo = replyTo;
      this.onDurable = onDurable;
      long sum = 0;
      for (WalRecord one : records) {
        sum += RECORD_BYTES;
        if (one instanceof WalRecord.Entries entries) {
          for (Entry entry : entries.entries()) {
            sum += entry.sizeBytes();
          }
        }
      }
      this.bytes = sum;
    }
  }

  private Wal(
      WalConfig config,
      EventLoop logLoop,
      Meter meter,
      Consumer<DiskException> onBroken,
      WalRecovery.Found found,
      EntryReader reader) {
    this.config = config;
    this.logLoop = logLoop;
    this.meter = meter;
    this.onBroken = onBroken;
    this.tail = found.tail();
    this.index = found.index();
    this.reader = reader;
    this.cleaner = new WalCleaner(config, reader);
    this.batch = new Batch(config.maxBatchBytes());
  }

  /**
   * Opens the log in {@code directory}, creating it if there is none. On the log loop; blocks until
   * everything that was read is also synced.
   *
   * @param storeId names this store; a log written by another one is refused
   * @param onBroken called once, on the log loop, when the disk failed for good
   * @throws WalDamage if the log is not what was written, in a place that was promised
   */
  public static WalRecovery.Result open(
      Disk disk,
      String directory,
      WalConfig config,
      long storeId,
      EventLoop logLoop,
      Meter meter,
      Consumer<DiskException> onBroken)
      throws DiskException, WalDamage {
    EntryReader reader = new EntryReader();
    WalRecovery.Found found = new WalRecovery(disk, directory, config, storeId).recover(reader);
    Wal wal = new Wal(config, logLoop, meter, onBroken, found, reader);
    return new WalRecovery.Result(wal, found.groups(), found.torn());
  }

  /**
   * Makes {@code records} durable, in order; then, on {@code replyTo}, calls {@code onDurable}. Any
   * loop. An entry that does not fit {@link WalConfig#maxBatchBytes} is a broken invariant.
   */
  public void append(List<WalRecord> records, EventLoop replyTo, Runnable onDurable) {
    Waiting one = new Waiting(List.copyOf(records), replyTo, onDurable);
    logLoop.execute(() -> enqueue(one));
  }

  /**
   * Reads entries back, from {@code fromIndex} on and before {@code toIndexExclusive}, without a
   * gap; about {@code maxBytes} of them at most, but at least one. Empty if {@code fromIndex} is
   * not in the log any more, or not yet. Any loop; sees every append made before from there.
   */
  public void read(
      GroupId group,
      long fromIndex,
      long toIndexExclusive,
      int maxBytes,
      EventLoop replyTo,
      Consumer<List<Entry>> onRead) {
    Runnable task =
        () -> {
          List<Entry> entries = entries(group, fromIndex, toIndexExclusive, maxBytes);
          if (!latched) {
            replyTo.execute(() -> onRead.accept(entries));
          }
        };
    logLoop.execute(
        () -> {
          reads.add(task);
          serveReads();
        });
  }

  /** Stops for good: closes the files, forgets what waits. On the log loop. */
  public void close() {
    Check.that(logLoop.inLoop(), "the log is closed on its loop");
    latched = true;
    waiting.clear();
    reads.clear();
    tail.close();
  }

  private void enqueue(Waiting one) {
    if (latched) {
      return;
    }
    waiting.add(one);
    waitingBytes += one.bytes;
    if (waitingBytes > config.maxWaitingBytes()) {
      latch(new DiskException.Full(waitingBytes + " bytes wait for space in the log"));
    } else {
      queueFlush();
    }
  }

  /** Behind every append that is queued by now, which all go into the same batch. */
  private void queueFlush() {
    if (!flushQueued) {
      flushQueued = true;
      logLoop.execute(this::flush);
    }
  }

  private void flush() {
    flushQueued = false;
    if (latched) {
      return;
    }
    try {
      if (batch.isEmpty()) {
        cleaner.addTo(batch, tail, index);
        stage();
      }
      if (!batch.isEmpty()) {
        tail.makeRoom(batch.length());
        write();
      }
      acknowledge();
      serveReads();
      if (!waiting.isEmpty()) {
        queueFlush();
      }
      logLoop.execute(this::settle);
    } catch (DiskException.Full full) {
      meter.gauge("flotilla_wal_full", 1);
      flushQueued = true;
      logLoop.schedule(config.fullRetryNanos(), this::flush);
    } catch (DiskException broken) {
      // SAFETY failed-sync-is-final: nothing is acknowledged after a sync failed
      latch(broken);
    }
  }

  /** Moves waiting appends into the batch, in order, until it is full. */
  private void stage() {
    int carried = batch.isEmpty() ? 0 : batch.length();
    while (!waiting.isEmpty() && stage(waiting.element())) {
      Waiting one = waiting.remove();
      waitingBytes -= one.bytes;
      staged.add(one);
    }
    cleaner.earn(batch.isEmpty() ? 0 : batch.length() - carried);
  }

  /** Returns whether all of the append is in the batch now. */
  private boolean stage(Waiting one) {
    while (one.record < one.records.size()) {
      WalRecord record = one.records.get(one.record);
      GroupIndex group = index.of(record.group());
      if (record instanceof WalRecord.Entries entries) {
        int from = one.entry;
        one.entry =
            batch.addEntries(group, RecordKind.ENTRIES, entries, from, config.maxRecordBytes());
        if (one.entry == from) {
          return false;
        }
        if (one.entry < entries.entries().size()) {
          continue;
        }
        one.entry = 0;
      } else if (!batch.add(group, RecordKind.of(record), record)) {
        return false;
      }
      one.record++;
    }
    return true;
  }

  private void write() throws DiskException {
    int length = batch.length();
    long begin = logLoop.nanoTime();
    tail.write(batch, index);
    batch.clear();
    meter.count("flotilla_wal_batches_total", 1);
    meter.count("flotilla_wal_bytes_total", length);
    meter.observe("flotilla_wal_sync_seconds", (logLoop.nanoTime() - begin) / 1e9);
  }

  private void acknowledge() {
    for (Waiting one : staged) {
      one.replyTo.execute(one.onDurable);
    }
    staged.clear();
  }

  /** What need not hold up an answer: space for later, old segments, the mark of an idle log. */
  private void settle() {
    if (latched) {
      return;
    }
    try {
      tail.claimAhead();
      tail.deleteUnneeded();
      if (!flushQueued) {
        tail.writeIdle();
      }
      meter.gauge("flotilla_wal_full", 0);
      meter.gauge("flotilla_wal_segments", tail.segmentCount());
    } catch (DiskException broken) {
      latch(broken);
    }
  }

  /** Reads wait for the appends before them: what they ask for may be on its way to the disk. */
  private void serveReads() {
    while (!latched && waiting.isEmpty() && batch.isEmpty() && !reads.isEmpty()) {
      reads.remove().run();
    }
  }

  private List<Entry> entries(GroupId group, long from, long to, int maxBytes) {
    Optional<GroupIndex> known = index.find(group);
    if (known.isEmpty()) {
      return List.of();
    }
    try {
      return reader.read(known.get(), from, to, maxBytes);
    } catch (DiskException broken) {
      latch(broken);
      return List.of();
    }
  }

  private void latch(DiskException failure) {
    latched = true;
    waiting.clear();
    staged.clear();
    reads.clear();
    onBroken.accept(failure);
  }
}
