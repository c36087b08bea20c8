package io.flotilla.raft;

/**
 * One replica at one moment.
 *
 * @param role what it is in its term
 * @param term its current term
 * @param leader node id of the term's leader, 0 if unknown
 * @param commitIndex highest entry known committed
 * @param applied last applied entry
 * @param last last entry of its log, durable or not
 * @param membership the membership in force: the last one in its log, committed or not
 */
public record GroupStatus(
    Role role,
    long term,
    int leader,
    long commitIndex,
    LogPosition applied,
    LogPosition last,
    Membership membership) {
  /** What a replica is. */
  public enum Role {
    FOLLOWER,
    PRE_CANDIDATE,
    CANDIDATE,
    LEADER
  }

  /** Whether this replica leads its term. */
  public boolean isLeader() {
    return role == Role.LEADER;
  }
}
