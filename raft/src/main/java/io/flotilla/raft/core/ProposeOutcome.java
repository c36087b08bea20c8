package io.flotilla.raft.core;

import io.flotilla.raft.LogPosition;

/** What became of a proposal at once. */
public sealed interface ProposeOutcome {
  /** In the leader's log; committed if an entry of this very position ever is. */
  record Accepted(LogPosition position) implements ProposeOutcome {}

  /**
   * Not led from here, or not for long: leadership is being handed over.
   *
   * @param leader node id of the leader as far as known, or of the one to come; 0 if not known
   */
  record NotLeader(int leader) implements ProposeOutcome {}

  /** Too many bytes wait for their commit already. */
  record Busy() implements ProposeOutcome {}
}
