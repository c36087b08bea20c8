package io.flotilla.raft.core;

import com.google.protobuf.ByteString;
import io.flotilla.raft.ChangeResult;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.Membership;
import io.flotilla.raft.TransferResult;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.core.message.Message.AppendReply;
import io.flotilla.raft.core.message.Message.Heartbeat;
import io.flotilla.raft.core.message.Message.HeartbeatReply;
import io.flotilla.raft.core.message.Message.ReadRequest;
import io.flotilla.raft.core.message.Message.RequestVote;
import io.flotilla.raft.core.message.Message.SnapshotReply;
import java.util.List;
import java.util.Optional;

/**
 * Leads one term: appends, replicates, commits, confirms reads, and steps down by itself when no
 * quorum answers any more.
 *
 * <p>Nothing is sent by the methods that change something; {@link #emit} does it once at the end of
 * a turn, so that all that happened in it goes to each peer in one message.
 */
final class Leader implements Role {
  private final Replica replica;
  private final RaftLog log;
  private final Replicator replicator;
  private final ReadQueue reads = new ReadQueue();
  private final PeerSet peers;
  private final Succession succession;

  /** Of this term's first entry: until it is committed, what is committed is not known (8). */
  private final long noOpIndex;

  private final boolean voteDurable;
  private long heartbeatDueNanos;
  private boolean heartbeatWanted;
  private boolean replicationWanted = true;

  /** See {@link Replica#lead}. */
  Leader(Replica replica, boolean voteDurable) {
    this.replica = replica;
    this.log = replica.log();
    this.replicator = new Replicator(replica);
    this.peers = new PeerSet(replica);
    this.succession = new Succession(replica, peers);
    this.voteDurable = voteDurable;
    this.noOpIndex = log.lastIndex() + 1;
    this.heartbeatDueNanos = replica.nowNanos() + replica.config().heartbeatNanos();
    peers.follow(noOpIndex);
    log.append(new Entry(replica.term(), noOpIndex, Entry.Kind.NO_OP, ByteString.EMPTY));
  }

  @Override
  public GroupStatus.Role kind() {
    return GroupStatus.Role.LEADER;
  }

  @Override
  public int leader() {
    return replica.self();
  }

  @Override
  public boolean sticksToLeader() {
    return true;
  }

  /** CheckQuorum: a leader nobody answers makes room, and sends its clients elsewhere (6.2). */
  @Override
  public void tick() {
    long now = replica.nowNanos();
    // As a distance, so that a clock that starts anywhere cannot overflow the comparison.
    long silence = -peers.reached(peer -> peer.contactNanos() - now, 0);
    // SAFETY check-quorum: a leader nobody answers steps down (6.2)
    if (silence >= replica.config().electionMaxNanos()) {
      replica.follow(0);
      return;
    }
    succession.tick();
    advanceSuccession();
    if (now - heartbeatDueNanos >= 0) {
      heartbeatDueNanos = now + replica.config().heartbeatNanos();
      heartbeatWanted = true;
      peers.all().forEach(Progress::heartbeatDue);
    }
  }

  ProposeOutcome propose(ByteString command) {
    if (succession.target() != 0) {
      return new ProposeOutcome.NotLeader(succession.target());
    }
    Entry entry = new Entry(replica.term(), log.lastIndex() + 1, Entry.Kind.COMMAND, command);
    long waiting = log.unsettledBytes();
    // A command larger than the bound must still be possible, alone.
    if (waiting > 0 && waiting + entry.sizeBytes() > replica.config().maxUncommittedBytes()) {
      return new ProposeOutcome.Busy();
    }
    log.append(entry);
    replicationWanted = true;
    return new ProposeOutcome.Accepted(entry.position());
  }

  /** See {@link Succession#changeMembers}; never before an entry of the term is committed. */
  Optional<ChangeResult> changeMembers(Membership target) {
    if (!noOpCommitted()) {
      return Optional.of(new ChangeResult.Busy("the term has not committed an entry yet"));
    }
    Optional<ChangeResult> end = succession.changeMembers(target);
    advanceSuccession();
    return end;
  }

  /** See {@link Succession#transferTo}. */
  Optional<TransferResult> transferTo(int node) {
    return succession.transferTo(node);
  }

  void readIndex(long readId) {
    reads.add(readId);
  }

  /** Something of the own log became durable: the leader is a voter like any other. */
  void persisted() {
    advanceCommit();
    advanceSuccession();
  }

  void fetched(int peerId, long fromIndex, List<Entry> entries) {
    peers.find(peerId).ifPresent(peer -> replicator.fetched(peer, fromIndex, entries));
    replicationWanted = true;
  }

  void snapshotFailed(int peerId) {
    peers.find(peerId).ifPresent(Progress::snapshotFailed);
  }

  @Override
  public void step(int from, Message message) {
    if (message instanceof RequestVote request) {
      replica.answerVote(from, request);
    } else {
      peers.find(from).ifPresent(peer -> answered(peer, message));
    }
  }

  private void answered(Progress peer, Message message) {
    if (message instanceof AppendReply reply) {
      peer.contacted(replica.nowNanos());
      appended(peer, reply);
    } else if (message instanceof HeartbeatReply reply) {
      peer.contacted(replica.nowNanos());
      heartbeatAnswered(peer, reply);
    } else if (message instanceof ReadRequest request) {
      reads.addFrom(peer.peer(), request.readId());
    } else if (message instanceof SnapshotReply reply) {
      peer.contacted(replica.nowNanos());
      if (reply.installed() && reply.snapshot().index() <= log.commitIndex()) {
        peer.snapshotInstalled(reply.snapshot().index());
        replicationWanted = true;
      }
    }
  }

  /** Whether {@link #emit} would do something. */
  boolean hasWork() {
    return mayEmit()
        && (replicationWanted
            || heartbeatWanted
            || succession.hasNoPlace()
            || (noOpCommitted() && reads.mayOpen()));
  }

  /** Sends what the turn has brought about. */
  void emit() {
    if (!mayEmit()) {
      return;
    }
    if (noOpCommitted() && reads.mayOpen()) {
      reads.open(replica.nextReadRound(), log.commitIndex());
      heartbeatWanted = true;
      confirmReads();
    }
    if (replicationWanted) {
      replicationWanted = false;
      peers.all().forEach(replicator::replicate);
    }
    if (heartbeatWanted) {
      heartbeatWanted = false;
      peers.all().forEach(this::sendHeartbeat);
    }
    if (succession.hasNoPlace()) {
      succession.resign();
    }
  }

  List<GroupProbe.Peer> probePeers() {
    return peers.all().stream().map(Progress::probe).toList();
  }

  /**
   * A lone voter elects itself before its vote is on disk. Its no-op is written together with the
   * vote; until that is durable, a crash could make it forget the term and lead it twice.
   */
  private boolean mayEmit() {
    // SAFETY lone-vote-on-disk-first: a lone voter says nothing before its vote is durable
    return voteDurable || log.persisted().index() >= noOpIndex;
  }

  private boolean noOpCommitted() {
    // SAFETY no-read-before-no-op: what is committed is known only then (section 8)
    return log.commitIndex() >= noOpIndex;
  }

  private void appended(Progress peer, AppendReply reply) {
    if (reply.index() > log.lastIndex()) {
      return;
    }
    if (!reply.accepted()) {
      peer.refused(reply.index(), replicator.retryAt(reply));
    } else if (peer.accepted(reply.index(), replicator.firstSendable())) {
      advanceCommit();
      advanceSuccession();
    }
    replicationWanted |= peer.wants(log.lastIndex());
  }

  private void heartbeatAnswered(Progress peer, HeartbeatReply reply) {
    peer.acknowledgedRound(reply.readRound());
    confirmReads();
    succession.heardFrom(peer.peer());
    if (peer.heartbeatAnswered()) {
      replicator.ask(peer);
    }
    replicationWanted |= peer.wants(log.lastIndex());
  }

  private void confirmReads() {
    if (reads.openRound() > 0) {
      reads.confirmed(
          peers.reached(Progress::readRound, Long.MAX_VALUE), replica.term(), replica.out());
    }
  }

  /**
   * Commits what a quorum has durably, if it is of this term: an older entry on a majority can
   * still be overwritten (5.4.2, figure 8).
   */
  private void advanceCommit() {
    long index = peers.reached(Progress::match, log.persisted().index());
    // SAFETY own-term-commits: older entries are never committed by counting (5.4.2)
    if (index > log.commitIndex() && log.termAt(index) == replica.term()) {
      log.commitTo(index);
    }
  }

  private void advanceSuccession() {
    replicationWanted |= noOpCommitted() && succession.advance();
  }

  private void sendHeartbeat(Progress peer) {
    // SAFETY heartbeat-commits-what-matched: a follower commits only what it is known to have
    long commit = Math.min(peer.match(), log.commitIndex());
    peer.farewell().told(commit);
    replica.out().sendNow(peer.peer(), new Heartbeat(replica.term(), commit, reads.openRound()));
  }
}
