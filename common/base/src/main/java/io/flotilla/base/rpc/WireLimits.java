package io.flotilla.base.rpc;

import io.flotilla.base.check.Check;
import java.util.concurrent.TimeUnit;

/**
 * The bounds of the frames between nodes.
 *
 * @param frameBytesMax largest frame taken or sent
 * @param queueBytesMax bytes waiting for one peer; beyond, frames are refused
 * @param peersMax addresses spoken to at one time; beyond, those that are down make room
 * @param backoffNanosMin how long a peer that is down is left alone at first
 * @param backoffNanosMax the same after many attempts; it doubles with each
 */
public record WireLimits(
    int frameBytesMax,
    long queueBytesMax,
    int peersMax,
    long backoffNanosMin,
    long backoffNanosMax) {
  /** Room for a frame of 4 MiB with its headers, and for a second of traffic in the queue. */
  public static final WireLimits DEFAULT =
      new WireLimits(
          (4 << 20) + (256 << 10),
          64 << 20,
          1_024,
          TimeUnit.MILLISECONDS.toNanos(50),
          TimeUnit.SECONDS.toNanos(1));

  public WireLimits {
    Check.that(frameBytesMax > 0 && queueBytesMax >= frameBytesMax, "a queue holds one frame");
    Check.that(peersMax > 0, "peers %d", peersMax);
    Check.that(backoffNanosMin > 0 && backoffNanosMax >= backoffNanosMin, "backoff");
  }
}
