package io.flotilla.raft.core.quorum;

/** How an election stands. */
public enum Verdict {
  /** The missing answers decide. */
  OPEN,
  /** A quorum has granted. */
  WON,
  /** No quorum can grant any more. */
  LOST
}
