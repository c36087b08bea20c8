package io.flotilla.raft;

import io.flotilla.base.check.Check;

/**
 * A place in a log: term and index together, because one without the other does not say which entry
 * is meant. Ordered as the paper compares logs (5.4.1): by term, then by index.
 *
 * @param term term of the entry at {@code index}; 0 only before the first entry
 * @param index 1 for the first entry; 0 before it
 */
public record LogPosition(long term, long index) implements Comparable<LogPosition> {
  /** Before the first entry. */
  public static final LogPosition ZERO = new LogPosition(0, 0);

  public LogPosition {
    Check.that(term >= 0 && index >= 0, "log position %d/%d", term, index);
  }

  @Override
  public int compareTo(LogPosition other) {
    int byTerm = Long.compare(term, other.term);
    return byTerm != 0 ? byTerm : Long.compare(index, other.index);
  }
}
