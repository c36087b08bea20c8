package io.flotilla.raft.core;

import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.message.Message.PreVote;
import io.flotilla.raft.core.message.Message.RequestVote;

/** Who gets a vote. Pure functions of a replica. */
final class VoteRules {
  private VoteRules() {}

  /**
   * Whether {@code replica} would vote for the sender in the term it means to campaign for. The log
   * is compared here already, or a replica with a hopeless log could keep everybody busy (thesis
   * 9.6).
   */
  static boolean wouldVote(Replica replica, PreVote preVote) {
    // SAFETY pre-vote-looks-at-the-log: a hopeless candidate disturbs nobody (thesis 9.6)
    return preVote.campaignTerm() > replica.term()
        && knowsMembers(replica)
        && !replica.isSuspect()
        && !replica.role().sticksToLeader()
        && upToDate(preVote.last(), replica.log().last());
  }

  /** Whether {@code replica} votes for {@code candidate} in its current term (5.2, 5.4.1). */
  static boolean votes(Replica replica, int candidate, RequestVote request) {
    if (replica.vote() == candidate) {
      // The first answer may have been lost.
      return true;
    }
    // SAFETY one-vote-a-term: a vote is given once a term (5.2)
    return replica.vote() == 0
        && knowsMembers(replica)
        && !replica.isSuspect()
        && replica.role().leader() == 0
        && upToDate(request.last(), replica.log().last());
  }

  /**
   * Whether a leader has ever told this replica who its group is. One created for a later
   * membership may stand where an earlier replica of the same node has voted, so until then it
   * votes for nobody; nobody needs it to, since learners catch up before they count.
   */
  private static boolean knowsMembers(Replica replica) {
    return !replica.membership().voters().isEmpty();
  }

  /** Later term wins; same term, the longer log wins (5.4.1). */
  private static boolean upToDate(LogPosition candidate, LogPosition own) {
    // SAFETY vote-for-complete-logs: a leader has all that is committed (5.4.1)
    return candidate.compareTo(own) >= 0;
  }
}
