package io.flotilla.client;

import io.flotilla.base.check.Check;

/**
 * The operations of one session in one shard: which of the newest have no final answer yet. Owned
 * by the loop.
 *
 * <p>A ring of bits, one for each number from the first incomplete to the last; it doubles as the
 * distance between them grows, up to {@link Session#OUTSTANDING_MAX} bits.
 */
final class Sequence {
  private long[] incomplete = new long[1];
  private long first = 1;
  private long last;

  /** How far the newest number is from the first incomplete one, both counted. */
  int outstanding() {
    return (int) (last - first + 1);
  }

  /** The lowest number without a final answer; the next one to be given if there is none. */
  long firstIncomplete() {
    return first;
  }

  long begin() {
    if (outstanding() == bits()) {
      grow();
    }
    last++;
    incomplete[word(last)] |= 1L << last;
    return last;
  }

  /** Final: the mark moves over everything that is complete. */
  void end(long seq) {
    Check.that(seq <= last, "%d was not begun", seq);
    if (seq < first) {
      return;
    }
    incomplete[word(seq)] &= ~(1L << seq);
    while (first <= last && (incomplete[word(first)] & (1L << first)) == 0) {
      first++;
    }
  }

  private void grow() {
    Check.that(bits() < Session.OUTSTANDING_MAX, "no room for another operation");
    long[] before = incomplete;
    incomplete = new long[2 * before.length];
    for (long seq = first; seq <= last; seq++) {
      long bit = before[(int) (seq >>> 6) & (before.length - 1)] & (1L << seq);
      incomplete[word(seq)] |= bit;
    }
  }

  private int word(long seq) {
    return (int) (seq >>> 6) & (incomplete.length - 1);
  }

  private int bits() {
    return incomplete.length << 6;
  }
}
