package io.flotilla.client;

import io.flotilla.base.runtime.EventLoop;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What other threads hand to the loop. Each item is either begun there or refused, never both and
 * never neither, also if the client is closed or its loop breaks meanwhile: whoever takes the item
 * out decides, and whoever adds one looks whether it is closed after that.
 *
 * <p>Any thread may add and close; items are begun on the loop. Its length is bounded by those who
 * add.
 */
final class Inbox<T> {
  /** Items begun in one turn of the loop: whoever submits without end must not own it. */
  private static final int TURN_MAX = 1_024;

  private final EventLoop loop;
  private final Consumer<T> begin;
  private final Consumer<T> refuse;
  private final ConcurrentLinkedQueue<T> items = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean isDrainQueued = new AtomicBoolean();
  private volatile boolean isClosed;

  Inbox(EventLoop loop, Consumer<T> begin, Consumer<T> refuse) {
    this.loop = loop;
    this.begin = begin;
    this.refuse = refuse;
  }

  /** One hand-over to the loop takes everything that was added meanwhile. */
  void add(T item) {
    items.add(item);
    drainLater();
    if (isClosed) {
      // The loop may have ended without looking at the inbox again.
      refuseAll();
    }
  }

  /** Whatever is not begun by now never will be. */
  void close() {
    isClosed = true;
    refuseAll();
  }

  private void drainLater() {
    if (isDrainQueued.compareAndSet(false, true)) {
      loop.execute(this::drain);
    }
  }

  private void drain() {
    isDrainQueued.set(false);
    for (int taken = 0; taken < TURN_MAX && !isClosed; taken++) {
      T item = items.poll();
      if (item == null) {
        return;
      }
      begin.accept(item);
    }
    if (!isClosed && !items.isEmpty()) {
      drainLater();
    }
  }

  private void refuseAll() {
    for (T item = items.poll(); item != null; item = items.poll()) {
      refuse.accept(item);
    }
  }
}
