package io.flotilla.raft.core.quorum;

/** What each voter has answered in one election. */
public interface Ballots {
  /** What {@code node} has answered. */
  Ballot of(int node);

  /** One voter's answer. */
  enum Ballot {
    MISSING,
    GRANTED,
    REFUSED
  }
}
