package io.flotilla.raft.core.log;

import io.flotilla.base.check.Check;

/**
 * What a replica must remember across a restart besides its entries (figure 2, persistent state).
 *
 * <p>Term and vote are one value because they are written as one: a vote that survived without its
 * term, or a term without its vote, would allow two votes in one term.
 *
 * @param term highest term seen; 0 before the first
 * @param vote node id voted for in {@code term}, 0 if none
 * @param commit highest index known committed; may be stale after a restart
 */
public record HardState(long term, int vote, long commit) {
  /** A replica that has seen nothing. */
  public static final HardState NONE = new HardState(0, 0, 0);

  public HardState {
    Check.that(term >= 0 && vote >= 0 && commit >= 0, "hard state %d/%d/%d", term, vote, commit);
    Check.that(vote == 0 || term > 0, "vote %d without a term", vote);
  }
}
