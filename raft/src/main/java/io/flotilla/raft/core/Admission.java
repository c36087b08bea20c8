package io.flotilla.raft.core;

import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.Heartbeat;
import io.flotilla.raft.core.message.Message.HeartbeatReply;
import io.flotilla.raft.core.message.Message.PreVote;
import io.flotilla.raft.core.message.Message.PreVoteReply;
import io.flotilla.raft.core.message.Message.RequestVote;
import io.flotilla.raft.core.message.Message.SnapshotChunk;
import io.flotilla.raft.core.message.Message.TimeoutNow;
import io.flotilla.raft.core.message.Message.VoteReply;
import io.flotilla.raft.core.message.MessageCheck;

/**
 * Which messages reach a replica's role: those of its term (5.1). A later term is entered first,
 * unless that would only depose a leader that is alive; an earlier one is told the present term.
 */
final class Admission {
  private final Replica replica;

  Admission(Replica replica) {
    this.replica = replica;
  }

  /** Acts on a message from node {@code from}, or drops it. */
  void step(int from, Message message) {
    if (!MessageCheck.acceptable(replica.self(), from, message)) {
      return;
    }
    if (message instanceof PreVote preVote) {
      boolean granted = VoteRules.wouldVote(replica, preVote);
      replica
          .out()
          .sendNow(from, new PreVoteReply(replica.term(), preVote.campaignTerm(), granted));
    } else if (message instanceof PreVoteReply reply) {
      preVoteAnswered(from, reply);
      // SAFETY old-terms-are-refused: who is behind in term is told so (5.1)
    } else if (message.term() < replica.term()) {
      correct(from, message);
    } else if (message.term() == replica.term()) {
      replica.role().step(from, message);
    } else if (!disturbs(message)) {
      replica.enterTerm(message.term());
      replica.role().step(from, message);
    }
  }

  private void preVoteAnswered(int from, PreVoteReply reply) {
    // A voter of a lower term may grant, so these answers do not go by term alone.
    if (reply.term() > replica.term()) {
      replica.enterTerm(reply.term());
    } else if (replica.role() instanceof PreCandidate candidate) {
      candidate.answered(from, reply);
    }
  }

  /** Whether it asks to depose a leader that is alive, without that leader's consent. */
  private boolean disturbs(Message message) {
    // SAFETY live-leaders-are-not-deposed: who hears a leader ignores candidates (thesis 4.2.3)
    return message instanceof RequestVote request
        && !request.transfer()
        && replica.role().sticksToLeader();
  }

  /**
   * Tells the sender of an old term about the present one. Without it, a replica that is ahead in
   * term but behind in its log could neither lead nor be led.
   */
  private void correct(int from, Message message) {
    if (message instanceof RequestVote) {
      replica.out().sendAfterPersist(from, new VoteReply(replica.term(), false));
    } else if (message instanceof AppendEntries
        || message instanceof Heartbeat
        || message instanceof SnapshotChunk
        || message instanceof TimeoutNow) {
      replica.out().sendNow(from, new HeartbeatReply(replica.term(), 0));
    }
  }
}
