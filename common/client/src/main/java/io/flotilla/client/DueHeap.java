package io.flotilla.client;

import io.flotilla.base.check.Check;
import java.util.ArrayList;
import java.util.List;

/**
 * What falls due, earliest first. An entry knows its place, so one that is over early leaves at
 * once and nothing of it is kept until its time. Owned by the loop.
 *
 * <p>Logarithmic at worst; adding in order of time, which is how calls come, is one step.
 */
final class DueHeap<T extends DueHeap.Entry> {
  private static final int ABSENT = -1;

  private final ArrayList<T> heap = new ArrayList<>();

  /** Something with a time; in one heap at most. */
  abstract static class Entry {
    final long dueNanos;
    private int at = ABSENT;

    Entry(long dueNanos) {
      this.dueNanos = dueNanos;
    }

    /** Whether its time has come; by difference, because the clock's origin is arbitrary. */
    final boolean isDue(long nowNanos) {
      return dueNanos - nowNanos <= 0;
    }
  }

  int size() {
    return heap.size();
  }

  boolean isEmpty() {
    return heap.isEmpty();
  }

  /** The entry with the earliest time; there must be one. */
  T first() {
    return heap.get(0);
  }

  /** All entries, in no particular but always the same order. */
  List<T> entries() {
    return List.copyOf(heap);
  }

  void add(T entry) {
    Check.that(place(entry) == ABSENT, "added twice");
    heap.add(entry);
    rise(entry, heap.size() - 1);
  }

  /** Takes {@code entry} out if it is in. */
  void remove(T entry) {
    int gap = place(entry);
    if (gap == ABSENT) {
      return;
    }
    T last = heap.remove(heap.size() - 1);
    place(entry, ABSENT);
    if (gap < heap.size()) {
      sink(last, gap);
      rise(last, place(last));
    }
  }

  private void rise(T entry, int from) {
    int at = from;
    while (at > 0 && isBefore(entry, heap.get((at - 1) / 2))) {
      put(heap.get((at - 1) / 2), at);
      at = (at - 1) / 2;
    }
    put(entry, at);
  }

  private void sink(T entry, int from) {
    int at = from;
    int child = earlierChild(at);
    while (child < heap.size() && isBefore(heap.get(child), entry)) {
      put(heap.get(child), at);
      at = child;
      child = earlierChild(at);
    }
    put(entry, at);
  }

  private int earlierChild(int parent) {
    int left = 2 * parent + 1;
    boolean isRight = left + 1 < heap.size() && isBefore(heap.get(left + 1), heap.get(left));
    return isRight ? left + 1 : left;
  }

  private void put(T entry, int at) {
    heap.set(at, entry);
    place(entry, at);
  }

  private boolean isBefore(T one, T other) {
    return one.dueNanos - other.dueNanos < 0;
  }

  private int place(Entry entry) {
    return entry.at;
  }

  private void place(Entry entry, int at) {
    entry.at = at;
  }
}
