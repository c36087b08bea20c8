package io.flotilla.raft.core;

import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.Heartbeat;
import io.flotilla.raft.core.message.Message.RequestVote;
import io.flotilla.raft.core.message.Message.SnapshotChunk;
import io.flotilla.raft.core.message.Message.VoteReply;
import io.flotilla.raft.core.quorum.JointQuorum;

/** Campaigns in a term of its own, having voted for itself (5.2). */
final class Candidate implements Role {
  private final Replica replica;
  private final boolean transfer;
  private final Tally tally = new Tally();

  Candidate(Replica replica, boolean transfer) {
    this.replica = replica;
    this.transfer = transfer;
  }

  @Override
  public GroupStatus.Role kind() {
    return GroupStatus.Role.CANDIDATE;
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
    replica.askAfterPersist(new RequestVote(replica.term(), replica.log().last(), transfer));
    count(replica.self(), true);
  }

  /** A split vote ends by asking again first, so that failed campaigns do not drive the term up. */
  @Override
  public void tick() {
    if (replica.electionDue()) {
      replica.preCampaign();
    }
  }

  @Override
  public void step(int from, Message message) {
    if (message instanceof VoteReply reply) {
      count(from, reply.granted());
    } else if (message instanceof RequestVote request) {
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
      // An answer from elsewhere proves that the own vote was on disk when the question left.
      case WON -> replica.lead(node != replica.self());
      case LOST -> replica.follow(0);
      case OPEN -> {}
    }
  }
}
