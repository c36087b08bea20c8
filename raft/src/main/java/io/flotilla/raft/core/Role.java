package io.flotilla.raft.core;

import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.core.message.Message;

/** What a replica is in its term (figure 4), with the rules it follows as that. */
sealed interface Role permits Follower, PreCandidate, Candidate, Leader {
  GroupStatus.Role kind();

  /** Node id of the term's leader, 0 if unknown. */
  int leader();

  /**
   * Whether a leader is alive as far as this replica knows. Then it helps nobody to depose it: a
   * node that was cut off comes back without a disturbance (section 6; thesis 4.2.3).
   */
  boolean sticksToLeader();

  /** Time has passed. */
  void tick();

  /** Acts on a message of the current term that is neither a pre-vote nor an answer to one. */
  void step(int from, Message message);
}
