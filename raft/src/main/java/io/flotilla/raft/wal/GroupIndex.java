package io.flotilla.raft.wal;

import io.flotilla.base.check.Check;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.log.HardState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the live records of one group stand: one {@link Run} for each record of entries, one place
 * each for the hard state and the compaction mark.
 *
 * <p>Every place pins its segment; a segment without pins holds nothing of any group. Recovery and
 * appending change it by the same calls, so a restart cannot come to another view. Bounded by what
 * the groups leave uncompacted. Log loop only.
 */
final class GroupIndex {
  private final GroupId group;
  private HardState hardState = HardState.NONE;
  private Optional<Segment> hardAt = Optional.empty();
  private LogPosition compacted = LogPosition.ZERO;
  private Optional<Segment> compactedAt = Optional.empty();
  private final List<Run> runs = new ArrayList<>();
  private long lastRecord;
  private boolean removed;
  private int slot;
  private long firstInBatch;

  /**
   * Entries that stand in one record.
   *
   * @param first first index that is live; the record may begin before it
   * @param last last index that is live; the record may go on behind it
   * @param offset where in the segment the record begins
   * @param bytes length of the record
   */
  record Run(long first, long last, Segment segment, int offset, int bytes) {
    Run within(long from, long to) {
      return new Run(Math.max(first, from), Math.min(last, to), segment, offset, bytes);
    }
  }

  GroupIndex(GroupId group) {
    this.group = group;
  }

  GroupId group() {
    return group;
  }

  HardState hardState() {
    return hardState;
  }

  LogPosition compacted() {
    return compacted;
  }

  List<Run> runs() {
    return runs;
  }

  /** Index of the last entry; of the compaction mark if there is none behind it. */
  long lastIndex() {
    return runs.isEmpty() ? compacted.index() : runs.get(runs.size() - 1).last();
  }

  /** Number of the group's last record; they grow by one from record to record. */
  long lastRecord() {
    return lastRecord;
  }

  long nextRecord() {
    return ++lastRecord;
  }

  void sawRecord(long number) {
    lastRecord = number;
  }

  /** Whether nothing followed the group's removal. */
  boolean isRemoved() {
    return removed;
  }

  /** Where the batch that touched this group last lists it. */
  int slot() {
    return slot;
  }

  /** A batch lists this group at {@code place}; the records that follow are in that batch. */
  void touched(int place) {
    slot = place;
    firstInBatch = lastRecord + 1;
  }

  /** Number of the group's first record in the batch that touched it last. */
  long firstInBatch() {
    return firstInBatch;
  }

  boolean pins(Segment segment) {
    return isAt(hardAt, segment)
        || isAt(compactedAt, segment)
        || runs.stream().anyMatch(run -> run.segment() == segment);
  }

  boolean hardPins(Segment segment) {
    return isAt(hardAt, segment);
  }

  boolean compactedPins(Segment segment) {
    return isAt(compactedAt, segment);
  }

  /** Entries were appended; they replace everything from their first on. */
  void entries(Run run) {
    removed = false;
    cut(run.first(), Long.MAX_VALUE);
    insert(run);
  }

  /** Live entries were copied to where {@code run} says; what stands behind them stays. */
  void carried(Run run) {
    cut(run.first(), run.last());
    insert(run);
  }

  void hard(HardState state, Segment segment) {
    removed = false;
    hardState = state;
    hardAt = moved(hardAt, segment);
  }

  void compacted(LogPosition position, Segment segment) {
    removed = false;
    if (position.index() >= compacted.index()) {
      cut(0, position.index());
      compacted = position;
      compactedAt = moved(compactedAt, segment);
    }
  }

  void reset(LogPosition position, Segment segment) {
    removed = false;
    cut(0, Long.MAX_VALUE);
    compacted = position;
    compactedAt = moved(compactedAt, segment);
  }

  /** Lets go of every segment, and forgets all: the group may be created again in one batch. */
  void removed() {
    removed = true;
    cut(0, Long.MAX_VALUE);
    hardState = HardState.NONE;
    compacted = LogPosition.ZERO;
    hardAt.ifPresent(Segment::unpin);
    compactedAt.ifPresent(Segment::unpin);
    hardAt = Optional.empty();
    compactedAt = Optional.empty();
  }

  /** Whether entries follow the compaction mark without a gap. */
  boolean isWhole() {
    long expected = compacted.index() + 1;
    for (Run run : runs) {
      if (run.first() != expected) {
        return false;
      }
      expected = run.last() + 1;
    }
    return true;
  }

  /** Position in {@link #runs} of the run that holds {@code index}, or of the first after it. */
  int find(long index) {
    int low = 0;
    int high = runs.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (runs.get(middle).last() < index) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Forgets the entries {@code from} to {@code to}, both included. */
  private void cut(long from, long to) {
    int begin = find(from);
    int end = begin;
    List<Run> kept = new ArrayList<>(2);
    while (end < runs.size() && runs.get(end).first() <= to) {
      Run run = runs.get(end);
      if (run.first() < from) {
        kept.add(run.within(run.first(), from - 1));
      }
      if (run.last() > to) {
        kept.add(run.within(to + 1, run.last()));
      }
      run.segment().unpin();
      end++;
    }
    if (end > begin) {
      List<Run> touched = runs.subList(begin, end);
      touched.clear();
      touched.addAll(kept);
      kept.forEach(run -> run.segment().pin());
    }
  }

  private void insert(Run run) {
    removed = false;
    if (run.last() <= compacted.index()) {
      return;
    }
    Run live = run.within(compacted.index() + 1, run.last());
    Check.that(live.first() <= live.last(), "empty run of %s", group);
    runs.add(find(live.first()), live);
    live.segment().pin();
  }

  private static Optional<Segment> moved(Optional<Segment> from, Segment to) {
    from.ifPresent(Segment::unpin);
    to.pin();
    return Optional.of(to);
  }

  private static boolean isAt(Optional<Segment> place, Segment segment) {
    return place.isPresent() && place.get() == segment;
  }
}
