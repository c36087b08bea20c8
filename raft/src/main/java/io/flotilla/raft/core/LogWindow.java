package io.flotilla.raft.core;

import io.flotilla.base.check.Check;
import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import java.util.Arrays;
import java.util.List;

/**
 * The contiguous part of a log that is in memory, and the position right before it. Grows at the
 * end, shrinks at both. One array, so that a run of entries is cut out with one copy.
 */
final class LogWindow {
  private static final int CAPACITY_MIN = 64;

  private Entry[] slots = new Entry[CAPACITY_MIN];
  private int head;
  private int count;
  private LogPosition base;

  LogWindow(LogPosition base) {
    this.base = base;
  }

  /** The position right before the first entry. */
  LogPosition base() {
    return base;
  }

  long lastIndex() {
    return base.index() + count;
  }

  LogPosition last() {
    return count == 0 ? base : slots[head + count - 1].position();
  }

  boolean holds(long index) {
    return index > base.index() && index <= lastIndex();
  }

  /** The entry at {@code index}, which must be held. */
  Entry at(long index) {
    Check.that(holds(index), "entry %d is not in memory", index);
    return slots[slot(index)];
  }

  /** Adds the next entry. */
  void append(Entry entry) {
    Check.that(entry.index() == lastIndex() + 1, "gap before entry %d", entry.index());
    if (head + count == slots.length) {
      makeRoom();
    }
    slots[head + count] = entry;
    count++;
  }

  /** Drops the entries from {@code index} on. */
  void truncateFrom(long index) {
    Check.that(holds(index), "cannot truncate from %d", index);
    int kept = (int) (index - base.index() - 1);
    Arrays.fill(slots, head + kept, head + count, null);
    count = kept;
  }

  /** Drops the entries up to {@code index}, which becomes the base. */
  void dropThrough(long index) {
    if (index <= base.index()) {
      return;
    }
    int dropped = (int) (index - base.index());
    base = at(index).position();
    Arrays.fill(slots, head, head + dropped, null);
    head += dropped;
    count -= dropped;
  }

  /** Drops everything and starts again after {@code position}. */
  void reset(LogPosition position) {
    slots = new Entry[CAPACITY_MIN];
    head = 0;
    count = 0;
    base = position;
  }

  /**
   * Entries from {@code from} on, at least one, then as many as both bounds allow; none after
   * {@code to}.
   */
  List<Entry> slice(long from, long to, int maxEntries, long maxBytes) {
    if (from > to) {
      return List.of();
    }
    Check.that(holds(from) && holds(to), "slice %d to %d is not in memory", from, to);
    int first = slot(from);
    int limit = (int) Math.min(to - from + 1, maxEntries);
    int taken = 1;
    long bytes = slots[first].sizeBytes();
    while (taken < limit) {
      bytes += slots[first + taken].sizeBytes();
      if (bytes > maxBytes) {
        break;
      }
      taken++;
    }
    return List.of(Arrays.copyOfRange(slots, first, first + taken));
  }

  /**
   * The first index whose term is at least {@code term}; after the last one if there is none. Terms
   * never fall along a log, so this is a binary search.
   */
  long firstIndexOfTerm(long term) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (slots[head + middle].term() < term) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return base.index() + 1 + low;
  }

  private int slot(long index) {
    return head + (int) (index - base.index() - 1);
  }

  /**
   * Moves the entries to the front, of a larger or smaller array if they have outgrown this one.
   */
  private void makeRoom() {
    int capacity = slots.length;
    if (count > capacity / 2) {
      capacity *= 2;
    } else if (count < capacity / 8) {
      capacity = Math.max(CAPACITY_MIN, capacity / 4);
    }
    Entry[] target = new Entry[capacity];
    System.arraycopy(slots, head, target, 0, count);
    slots = target;
    head = 0;
  }
}
