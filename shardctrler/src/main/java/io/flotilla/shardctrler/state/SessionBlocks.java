package io.flotilla.shardctrler.state;

import io.flotilla.base.check.Check;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;

/**
 * Blocks of session ids and the log's own time, by which they grow old.
 *
 * <p>Time is the sum of what leaders measured on their monotonic clocks while they led. It stands
 * still between leaders and is capped for each entry, so it never runs ahead of any real clock: a
 * session is never declared over too early.
 */
final class SessionBlocks {
  /** The most one entry may add. */
  static final long STEP_NANOS_MAX = 600_000_000_000L;

  /** Blocks that are not over yet; beyond, no more are issued. */
  static final int LIVE_MAX = 100_000;

  /** Together with the offset in a block they leave a session's number positive. */
  private static final int CLUSTER_BITS = 20;

  private static final int COUNT_BITS = 23;

  /** Spreads ids that differ only at their end over the high bits: 2^32 over the golden ratio. */
  private static final int HASH_FACTOR = 0x9e3779b9;

  /** A block and the log's time when it was issued. */
  record Block(long block, long issuedNanos) {}

  private final ArrayDeque<Block> live = new ArrayDeque<>();
  private long timeNanos;
  private long next;
  private long expireBefore;

  /**
   * @param first the number of the first block
   */
  SessionBlocks(long first) {
    this.next = first;
  }

  /**
   * The first block of a cluster: above a hash of its id, so that no session of a cluster that was
   * at the same addresses before is ever issued again. A client that carried on from there would
   * share its operation ids with another, and hear the other's recorded answers.
   */
  static long firstOf(String cluster) {
    int scattered = cluster.hashCode() * HASH_FACTOR;
    long hash = Integer.toUnsignedLong(scattered >>> (Integer.SIZE - CLUSTER_BITS));
    return (hash << COUNT_BITS) + 1;
  }

  long timeNanos() {
    return timeNanos;
  }

  long next() {
    return next;
  }

  /** Every session of a lower block is over. */
  long expireBefore() {
    return expireBefore;
  }

  Collection<Block> live() {
    return Collections.unmodifiableCollection(live);
  }

  boolean isFull() {
    return live.size() >= LIVE_MAX;
  }

  long issue(long elapsedNanos) {
    pass(elapsedNanos);
    long block = next++;
    live.addLast(new Block(block, timeNanos));
    return block;
  }

  void advance(long elapsedNanos, long spanNanos) {
    pass(elapsedNanos);
    while (!live.isEmpty() && live.getFirst().issuedNanos() + spanNanos <= timeNanos) {
      expireBefore = live.removeFirst().block() + 1;
    }
  }

  void restore(long time, long watermark, Collection<Block> blocks) {
    Check.that(live.isEmpty() && timeNanos == 0, "blocks restored twice");
    timeNanos = time;
    expireBefore = watermark;
    live.addAll(blocks);
  }

  private void pass(long elapsedNanos) {
    // SAFETY log-time-never-runs-ahead: no session ends too early
    timeNanos += Math.max(0, Math.min(elapsedNanos, STEP_NANOS_MAX));
  }
}
