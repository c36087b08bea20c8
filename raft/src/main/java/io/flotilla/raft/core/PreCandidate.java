package io.flotilla.raft.core;

import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.Heartbeat;
import io.flotilla.raft.core.message.Message.PreVote;
import io.flotilla.raft.core.message.Message.PreVoteReply;
import io.flotilla.raft.core.message.Message.RequestVote;
import io.flotilla.raft.core.message.Message.SnapshotChunk;
import io.flotilla.raft.core.quorum.JointQuorum;

/**
 * Asks whether it could win before it raises its term: a node that was cut off, or that has a short
 * log, comes and goes without anybody noticing (thesis 9.6). Its vote is not spent.
 */
final class PreCandidate implements Role {
  private final Replica replica;
  private final Tally tally = new Tally();

  PreCandidate(Replica replica) {
    this.replica = replica;
  }

  @Override
  public GroupStatus.Role kind() {
    return GroupStatus.Role.PRE_CANDIDATE;
  }

  @Override
  public int leader() {
    return 0;
  }

  @Override
  public boolean sticksToLeader() {
    return false;
  }

  void ask() {
    replica.askNow(new PreVote(replica.term(), replica.log().last()));
    count(replica.self(), true);
  }

  @Override
  public void tick() {
    if (replica.electionDue()) {
      replica.preCampaign();
    }
  }

  /** An answer; one to an earlier campaign counts for nothing. */
  void answered(int from, PreVoteReply reply) {
    if (reply.campaignTerm() == replica.term() + 1) {
      count(from, reply.granted());
    }
  }

  @Override
  public void step(int from, Message message) {
    if (message instanceof RequestVote request) {
      replica.answerVote(from, request);
    } else if (message instanceof AppendEntries
        || message instanceof Heartbeat
        || message instanceof SnapshotChunk) {
      replica.follow(from);
      replica.role().step(from, message);
    }
  }

  private void count(int node, boolean granted) {
    tally.record(node, granted);
    switch (JointQuorum.verdict(replica.membership(), tally)) {
      case WON -> replica.campaign(false);
      case LOST -> replica.follow(0);
      case OPEN -> {}
    }
  }
}
