package io.flotilla.client;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many calls may be pending at once, and with how many bytes. Any thread.
 *
 * <p>Asked before a call is queued: a bound that only the loop knew would let a caller who never
 * waits fill the memory faster than the loop can refuse.
 */
final class Room {
  private final int callsMax;
  private final long bytesMax;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  Room(int callsMax, long bytesMax) {
    this.callsMax = callsMax;
    this.bytesMax = bytesMax;
  }

  /** Takes room for one call of this size. Returns whether there was any; if not, none is held. */
  boolean take(int size) {
    int callsNow = calls.incrementAndGet();
    long bytesNow = bytes.addAndGet(size);
    boolean fits = callsNow <= callsMax && bytesNow <= bytesMax;
    if (!fits) {
      give(size);
    }
    return fits;
  }

  /** The call is over. */
  void give(int size) {
    bytes.addAndGet(-size);
    calls.decrementAndGet();
  }
}
