package io.flotilla.raft.core;

import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.AppendReply;
import io.flotilla.raft.core.message.Message.Heartbeat;
import io.flotilla.raft.core.message.Message.HeartbeatReply;
import io.flotilla.raft.core.message.Message.ReadReply;
import io.flotilla.raft.core.message.Message.ReadRequest;
import io.flotilla.raft.core.message.Message.RequestVote;
import io.flotilla.raft.core.message.Message.SnapshotChunk;
import io.flotilla.raft.core.message.Message.SnapshotReply;
import io.flotilla.raft.core.message.Message.TimeoutNow;

/**
 * Answers candidates and the leader of its term, and takes the log from it (5.2, 5.3).
 *
 * <p>What is committed here is in every later leader's log (leader completeness, 5.4.3); a message
 * that says otherwise is ignored.
 */
final class Follower implements Role {
  private final Replica replica;
  private int leader;
  private long heardNanos;

  /** With {@code leader} 0 it has not heard from one yet. */
  Follower(Replica replica, int leader) {
    this.replica = replica;
    this.leader = leader;
    this.heardNanos = replica.nowNanos();
  }

  @Override
  public GroupStatus.Role kind() {
    return GroupStatus.Role.FOLLOWER;
  }

  @Override
  public int leader() {
    return leader;
  }

  @Override
  public boolean sticksToLeader() {
    return leader != 0 && replica.nowNanos() - heardNanos < replica.config().electionMinNanos();
  }

  @Override
  public void tick() {
    if (!replica.electionDue()) {
      return;
    }
    if (replica.mayCampaign()) {
      replica.preCampaign();
    } else {
      leader = 0;
      replica.resetElectionTimer();
    }
  }

  @Override
  public void step(int from, Message message) {
    if (message instanceof RequestVote request) {
      replica.answerVote(from, request);
    } else if (message instanceof AppendEntries append) {
      if (heard(from)) {
        append(append);
      }
    } else if (message instanceof Heartbeat heartbeat) {
      if (heard(from)) {
        heartbeat(heartbeat);
      }
    } else if (message instanceof SnapshotChunk chunk) {
      if (heard(from)) {
        chunk(chunk);
      }
    } else if (message instanceof ReadReply reply && from == leader) {
      replica.out().granted(new ReadGrant(reply.readId(), reply.index()));
    } else if (message instanceof TimeoutNow word && from == leader) {
      takeOver(word);
    }
  }

  /**
   * The leader hands over. A word that came late finds a log that has moved on, because the leader
   * has: it is of a transfer given up meanwhile.
   */
  private void takeOver(TimeoutNow word) {
    if (word.last().equals(replica.log().last()) && replica.mayCampaign()) {
      replica.campaign(true);
    }
  }

  /** Asks the leader for an index to read at; false if none is known. */
  boolean forwardRead(long readId) {
    if (leader == 0) {
      return false;
    }
    replica.out().sendNow(leader, new ReadRequest(replica.term(), readId));
    return true;
  }

  /** Whether {@code from} leads this term; there is never a second one (election safety). */
  private boolean heard(int from) {
    // SAFETY one-leader-a-term: a second leader of a term is nobody (5.2)
    if (leader != 0 && leader != from) {
      return false;
    }
    leader = from;
    heardNanos = replica.nowNanos();
    replica.resetElectionTimer();
    return true;
  }

  private void append(AppendEntries append) {
    RaftLog log = replica.log();
    long previousIndex = append.previous().index();
    if (append.lastIndex() <= log.commitIndex()) {
      // Old news. Everything committed here is in the leader's log, so more than was asked matches.
      accept(log.commitIndex());
    } else if (previousIndex > log.lastIndex()) {
      refuse(previousIndex, new LogPosition(0, log.lastIndex() + 1));
      // SAFETY logs-match-before-appending: an entry follows what it followed at the leader (5.3)
    } else if (previousIndex > log.commitIndex() && !log.has(append.previous())) {
      // The leader skips all of the conflicting term at once (end of 5.3).
      long term = log.termAt(previousIndex);
      long first = Math.max(log.firstIndexOfTerm(term), log.commitIndex() + 1);
      refuse(previousIndex, new LogPosition(term, first));
    } else if (agreesOnCommitted(append)) {
      take(append);
      log.commitTo(Math.max(log.commitIndex(), append.commit()));
      accept(append.lastIndex());
    }
  }

  /** Whether the message and this log have the same entry at the commit index. */
  private boolean agreesOnCommitted(AppendEntries append) {
    RaftLog log = replica.log();
    long offset = log.commitIndex() - append.previous().index();
    return offset <= 0
        ? log.has(append.previous())
        : append.entries().get((int) offset - 1).term() == log.termAt(log.commitIndex());
  }

  /**
   * Takes over what is not there yet. A suffix goes only if an entry really differs: a message that
   * was overtaken by a longer one must not cut off what the longer one brought (5.3).
   */
  private void take(AppendEntries append) {
    RaftLog log = replica.log();
    long start = Math.max(append.previous().index(), log.commitIndex()) + 1;
    for (long index = start; index <= append.lastIndex(); index++) {
      Entry entry = append.entries().get((int) (index - append.previous().index() - 1));
      if (index <= log.lastIndex()) {
        // SAFETY only-conflicts-are-cut: a message that was overtaken takes nothing back (5.3)
        if (log.termAt(index) == entry.term()) {
          continue;
        }
        // SAFETY conflicts-are-cut: what the leader does not have goes (5.3)
        log.truncateFrom(index);
      }
      log.append(entry);
    }
  }

  private void accept(long index) {
    // SAFETY ack-after-fsync: an acknowledged entry survives a crash
    replica.out().sendAfterPersist(leader, AppendReply.accepted(replica.term(), index));
  }

  private void refuse(long previousIndex, LogPosition conflict) {
    replica.out().sendNow(leader, AppendReply.refused(replica.term(), previousIndex, conflict));
  }

  private void heartbeat(Heartbeat heartbeat) {
    RaftLog log = replica.log();
    if (heartbeat.commit() <= log.lastIndex()) {
      log.commitTo(Math.max(log.commitIndex(), heartbeat.commit()));
    }
    replica.out().sendNow(leader, new HeartbeatReply(replica.term(), heartbeat.readRound()));
  }

  private void chunk(SnapshotChunk chunk) {
    LogPosition position = chunk.header().position();
    // SAFETY no-snapshot-of-the-past: an installed snapshot never takes the state back
    if (position.index() > replica.log().commitIndex()) {
      replica.out().received(new ReceivedChunk(leader, chunk));
    } else {
      // Overtaken by the log; installing it would take the state back.
      replica
          .out()
          .sendAfterPersist(
              leader, new SnapshotReply(replica.term(), position, chunk.length(), true));
    }
  }
}
