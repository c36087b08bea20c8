package io.flotilla.raft;

/** How a transfer of leadership ended. */
public sealed interface TransferResult {
  /** Another replica leads now, mostly the one asked for; or the one asked for led already. */
  record Done(int leader) implements TransferResult {}

  /**
   * Never begun: this replica does not lead.
   *
   * @param leader node id of the leader as far as known, 0 if not
   */
  record NotLeader(int leader) implements TransferResult {}

  /** Never begun: another transfer or a change of the membership is under way. */
  record Busy(String why) implements TransferResult {}

  /** Never begun: the target cannot lead this group. */
  record Invalid(String why) implements TransferResult {}

  /** Given up at the deadline, because the target did not catch up or did not answer. */
  record TimedOut() implements TransferResult {}

  /** Leadership was lost, and who has it was not learnt in time. */
  record Unknown() implements TransferResult {}
}
