package io.flotilla.raft.wal;

import io.flotilla.base.runtime.DiskException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The end of the log, where batches are written: the segments there are, the one that is written
 * to, and the next one, prepared before it is needed. Log loop only.
 */
final class LogTail {
  private final WalConfig config;
  private final long store;
  private final SegmentFiles files;
  private final Deque<Segment> segments;
  private Optional<Segment> unborn = Optional.empty();
  private final Batch empty;
  private long lastBatch;
  private long syncedThrough;
  private long carriedThrough;
  private long firstSegment;

  /** Where a recovered log goes on: everything up to {@code lastBatch} is durable. */
  LogTail(
      WalConfig config, long store, SegmentFiles files, List<Segment> segments, long lastBatch) {
    this.config = config;
    this.store = store;
    this.files = files;
    this.segments = new ArrayDeque<>(segments);
    this.empty = new Batch(config.maxBatchBytes());
    this.lastBatch = lastBatch;
    this.syncedThrough = lastBatch;
    this.firstSegment = segments.get(0).id();
  }

  /** The segment the next batch goes to, once there is room. */
  Segment current() {
    return segments.getLast();
  }

  Segment oldest() {
    return segments.getFirst();
  }

  int segmentCount() {
    return segments.size();
  }

  long lastBatch() {
    return lastBatch;
  }

  /** Claims space for a batch; a full disk changes nothing and may be asked again. */
  void makeRoom(int length) throws DiskException {
    if (!fits(length)) {
      Segment next = prepareNext(Math.max(length, config.aheadBytes()));
      // An unsynced empty batch at its end has a number, and later batches will call it synced.
      current().sync();
      files.bear(next);
      unborn = Optional.empty();
      segments.addLast(next);
    }
    claim(current(), current().position() + length);
  }

  /** Writes a batch into the room made for it and syncs it. */
  void write(Batch batch, LogIndex index) throws DiskException {
    batch.enter(index, current());
    firstSegment = firstPinned();
    put(batch);
    current().sync();
    syncedThrough = lastBatch;
  }

  /**
   * Writes an empty batch that says what is synced, unless that is on disk already. It is not
   * synced itself: if it survives, damage to the batch before it is told from a torn write.
   */
  void writeIdle() throws DiskException {
    Segment segment = current();
    boolean hasRoom = segment.position() + empty.length() <= segment.claimed();
    if (carriedThrough < syncedThrough && hasRoom) {
      put(empty);
    }
  }

  /** Claims what the next batches will need; a full disk is met when it is really needed. */
  void claimAhead() throws DiskException {
    try {
      int ahead = config.aheadBytes();
      claim(current(), Math.min(config.segmentBytes(), current().position() + ahead));
      if (!fits(ahead)) {
        prepareNext(ahead);
      }
    } catch (DiskException.Full full) {
      // Asked again by makeRoom, which has somebody to keep waiting.
    }
  }

  /** Deletes the segments that the last synced batch calls unneeded. */
  void deleteUnneeded() throws DiskException {
    List<Long> unneeded = new ArrayList<>();
    while (oldest().id() < firstSegment) {
      Segment segment = segments.removeFirst();
      segment.close();
      unneeded.add(segment.id());
    }
    if (!unneeded.isEmpty()) {
      files.delete(unneeded);
    }
  }

  void close() {
    segments.forEach(Segment::close);
    unborn.ifPresent(Segment::close);
  }

  private boolean fits(int length) {
    return current().position() + length <= config.segmentBytes();
  }

  private void put(Batch batch) throws DiskException {
    Segment segment = current();
    BatchHeader.Place place =
        new BatchHeader.Place(store, segment.id(), segment.position(), syncedThrough, firstSegment);
    lastBatch++;
    carriedThrough = syncedThrough;
    segment.write(batch.seal(lastBatch, place));
  }

  private long firstPinned() {
    for (Segment segment : segments) {
      if (segment.isPinned()) {
        return segment.id();
      }
    }
    return current().id();
  }

  private Segment prepareNext(int bytes) throws DiskException {
    if (unborn.isEmpty()) {
      unborn = Optional.of(files.createUnborn(current().id() + 1));
    }
    Segment next = unborn.get();
    claim(next, bytes);
    return next;
  }

  private void claim(Segment segment, int needed) throws DiskException {
    segment.claim(needed, config.aheadBytes(), config.segmentBytes());
  }
}
