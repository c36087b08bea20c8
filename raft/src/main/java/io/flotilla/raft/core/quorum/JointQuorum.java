package io.flotilla.raft.core.quorum;

import io.flotilla.raft.Membership;

/**
 * A quorum of a {@link Membership}: a majority of its voters and, while it is joint, one of its
 * outgoing voters too (section 6). Learners never count. Pure functions.
 */
public final class JointQuorum {
  private JointQuorum() {}

  /** The highest value that a quorum has reached. */
  public static long reached(Membership membership, Reached reached) {
    long incoming = MajorityQuorum.reached(membership.voters(), reached);
    return membership.isJoint()
        ? Math.min(incoming, MajorityQuorum.reached(membership.outgoing(), reached))
        : incoming;
  }

  /** How an election stands. */
  public static Verdict verdict(Membership membership, Ballots ballots) {
    Verdict incoming = MajorityQuorum.verdict(membership.voters(), ballots);
    if (!membership.isJoint()) {
      return incoming;
    }
    Verdict outgoing = MajorityQuorum.verdict(membership.outgoing(), ballots);
    if (incoming == Verdict.LOST || outgoing == Verdict.LOST) {
      return Verdict.LOST;
    }
    return incoming == outgoing ? incoming : Verdict.OPEN;
  }
}
