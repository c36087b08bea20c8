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

  /** A block and the log's time when it was issued. */
  record Block(long block, long issuedNanos) {}

  private final ArrayDeque<Block> live = new ArrayDeque<>();
  private long timeNanos;
  private long next = 1;
  private long expireBefore;

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

  void restore(long time, long nextBlock, long watermark, Collection<Block> blocks) {
    Check.that(live.isEmpty() && next == 1, "blocks restored twice");
    timeNanos = time;
    next = nextBlock;
    expireBefore = watermark;
    live.addAll(blocks);
  }

  private void pass(long elapsedNanos) {
    timeNanos += Math.max(0, Math.min(elapsedNanos, STEP_NANOS_MAX));
  }
}
