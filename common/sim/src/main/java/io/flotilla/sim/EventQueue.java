package io.flotilla.sim;

import io.flotilla.base.check.Check;
import java.util.Arrays;

/** The future, as a binary heap ordered by time, then by order of scheduling. */
final class EventQueue {
  private static final int INITIAL = 1024;

  private Event[] heap = new Event[INITIAL];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  Event peek() {
    Check.that(size > 0, "the future is empty");
    return heap[0];
  }

  void add(Event event) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    int at = size++;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (!event.isBefore(heap[parent])) {
        break;
      }
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = event;
  }

  Event poll() {
    Event first = peek();
    Event last = heap[--size];
    // The freed slot keeps its old event until it is overwritten: a few stale references at most.
    sink(last);
    return first;
  }

  private void sink(Event event) {
    int at = 0;
    int half = size >>> 1;
    while (at < half) {
      int child = 2 * at + 1;
      if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
        child++;
      }
      if (!heap[child].isBefore(event)) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = event;
  }
}
