package io.flotilla.raft;

/**
 * The fate of a proposal.
 *
 * @param <R> what the state machine answers
 */
public sealed interface ProposeResult<R> {
  /** Committed and applied here. */
  record Applied<R>(LogPosition position, R result) implements ProposeResult<R> {}

  /**
   * Never proposed: this replica does not lead, or is handing over.
   *
   * @param leader node id of the leader as far as known, or of the one to come; 0 if not known
   */
  record NotLeader<R>(int leader) implements ProposeResult<R> {}

  /** Never proposed: a bound on uncommitted bytes or proposals is reached. */
  record Busy<R>() implements ProposeResult<R> {}

  /** Proposed, then leadership was lost before it was seen applied: it may or may not commit. */
  record Unknown<R>() implements ProposeResult<R> {}
}
