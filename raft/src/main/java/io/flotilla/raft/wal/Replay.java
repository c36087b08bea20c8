package io.flotilla.raft.wal;

import io.flotilla.raft.GroupId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes batches into an index for as long as their numbers continue, and notes what every batch
 * says, also behind a gap: what it calls synced decides what the gap means.
 */
final class Replay implements SegmentScan.Visitor {
  private static final long UNKNOWN = 0;

  private final SegmentFiles files;
  private final LogIndex index = new LogIndex();
  private final List<Scanned> scanned = new ArrayList<>();
  private final List<Taken> unsynced = new ArrayList<>();
  private Optional<Segment> current = Optional.empty();
  private Optional<Segment> lastTaken = Optional.empty();
  private long nextBatch;
  private long syncedThrough;
  private long firstSegment;
  private boolean sawGap;

  /** A segment and where its last bytes that are not zero end. */
  private record Scanned(Segment segment, int end) {}

  /** A batch that was taken, and where it stands. */
  record Taken(Segment segment, int offset, int length, long number) {}

  /** Where the batch that was not found should begin. */
  record Break(long segment, long offset) {}

  Replay(SegmentFiles files, long firstId) {
    this.files = files;
    this.nextBatch = firstId == 1 ? 1 : UNKNOWN;
  }

  void begin(Segment segment) {
    segment.continueAt(0);
    current = Optional.of(segment);
    if (lastTaken.isEmpty()) {
      lastTaken = current;
    }
  }

  void end(int end) {
    scanned.add(new Scanned(current.orElseThrow(), end));
  }

  @Override
  public void batch(BatchHeader header, ByteBuffer buffer, int at) throws WalDamage {
    syncedThrough = Math.max(syncedThrough, header.syncedThrough());
    firstSegment = Math.max(firstSegment, header.firstSegment());
    Segment segment = current.orElseThrow();
    boolean continues = nextBatch == UNKNOWN || header.number() == nextBatch;
    if (sawGap || !continues || header.offset() != segment.position()) {
      sawGap = true;
      return;
    }
    int record = at + header.bytes();
    for (int i = 0; i < header.records(); i++) {
      long offset = header.offset() + record - at;
      Optional<RecordCodec.View> view = RecordCodec.view(buffer, record, at + header.length());
      if (view.isEmpty()) {
        throw damage(segment, offset, List.of(), "record of a kind or length that cannot be");
      }
      // SAFETY no-record-missing: records of a group are numbered without gaps
      refuseHole(segment, offset, view.get());
      index.replay(buffer, view.get(), segment, (int) offset);
      record += view.get().bytes();
    }
    unsynced.add(new Taken(segment, (int) header.offset(), header.length(), header.number()));
    unsynced.removeIf(taken -> taken.number() <= syncedThrough);
    segment.continueAt((int) header.offset() + header.length());
    nextBatch = header.number() + 1;
    lastTaken = current;
  }

  @Override
  public void broken(BatchHeader header) {
    // Found by the number that is missing; its own claims are not needed to judge it.
  }

  LogIndex index() {
    return index;
  }

  long syncedThrough() {
    return syncedThrough;
  }

  /** Batches taken that no batch calls synced: the last one or two. */
  List<Taken> unsynced() {
    unsynced.removeIf(taken -> taken.number() <= syncedThrough);
    return unsynced;
  }

  /** Segments below hold nothing needed, says the batch that knows best. */
  long firstSegment() {
    return firstSegment;
  }

  /** The batch that would have come next. */
  long nextBatch() {
    return nextBatch;
  }

  long lastBatch() {
    return nextBatch - 1;
  }

  Segment lastTaken() {
    return lastTaken.orElseThrow();
  }

  /** The segment behind whose last batch taken something is missing, if anything is. */
  long brokeIn() {
    return sawGap ? lastTaken().id() : Long.MAX_VALUE;
  }

  /** Whether the batch that would have come next is known to have been synced. */
  boolean isRot() {
    return nextBatch == UNKNOWN || syncedThrough >= nextBatch;
  }

  int endOf(Segment segment) {
    for (Scanned one : scanned) {
      if (one.segment == segment) {
        return one.end;
      }
    }
    return 0;
  }

  /** Whether anything but zeros follows the last batch taken. */
  boolean leftovers() {
    boolean behind = false;
    for (Scanned one : scanned) {
      if (one.segment == lastTaken()) {
        behind = true;
      }
      if (behind && one.end > one.segment.position()) {
        return true;
      }
    }
    return false;
  }

  /** Behind the last batch taken, or at the start of the next segment if nothing stands there. */
  Break broke() {
    Segment last = lastTaken();
    boolean begun = endOf(last) > last.position();
    boolean isNewest = scanned.get(scanned.size() - 1).segment == last;
    return begun || isNewest ? new Break(last.id(), last.position()) : new Break(last.id() + 1, 0);
  }

  /** Record numbers of a group go up by one; a hole means that a whole batch went unnoticed. */
  private void refuseHole(Segment segment, long offset, RecordCodec.View view) throws WalDamage {
    Optional<GroupIndex> known = index.find(view.group());
    if (known.isPresent() && view.number() != known.get().lastRecord() + 1) {
      String what =
          String.format("record %d follows record %d", view.number(), known.get().lastRecord());
      throw damage(segment, offset, List.of(view.group()), what);
    }
  }

  private WalDamage damage(Segment segment, long offset, List<GroupId> groups, String what) {
    return new WalDamage(files.path(segment.id()), offset, groups, what);
  }
}
