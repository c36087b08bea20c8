package io.flotilla.raft;

/** The answer to {@link RaftGroup#readIndex}. */
public sealed interface ReadResult {
  /** This replica led when the read was asked for and has applied all that was committed then. */
  record Ready(LogPosition applied) implements ReadResult {}

  /**
   * Not led from here.
   *
   * @param leader node id of the leader as far as known, 0 if not
   */
  record NotLeader(int leader) implements ReadResult {}

  /** Too many reads wait already. */
  record Busy() implements ReadResult {}
}
