package io.flotilla.raft.core;

import com.google.protobuf.ByteString;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.Membership;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.core.message.Message.AppendReply;
import io.flotilla.raft.core.message.Message.Heartbeat;
import io.flotilla.raft.core.message.Message.HeartbeatReply;
import io.flotilla.raft.core.message.Message.RequestVote;
import io.flotilla.raft.core.message.Message.SnapshotReply;
import io.flotilla.raft.core.quorum.JointQuorum;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

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
  private final TreeMap<Integer, Progress> peers = new TreeMap<>();

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
    this.voteDurable = voteDurable;
    this.noOpIndex = log.lastIndex() + 1;
    this.heartbeatDueNanos = replica.nowNanos() + replica.config().heartbeatNanos();
    for (int peer : peerIds(replica.membership())) {
      if (peer != replica.self()) {
        peers.put(peer, new Progress(peer, noOpIndex, replica.nowNanos(), replica.config()));
      }
    }
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
    long silence = -reachedByPeers(peer -> peer.contactNanos() - now, 0);
    if (silence >= replica.config().electionMaxNanos()) {
      replica.follow(0);
      return;
    }
    if (now - heartbeatDueNanos >= 0) {
      heartbeatDueNanos = now + replica.config().heartbeatNanos();
      heartbeatWanted = true;
      peers.values().forEach(Progress::heartbeatDue);
    }
  }

  ProposeOutcome propose(ByteString command) {
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

  void readIndex(long readId) {
    reads.add(readId);
  }

  /** Something of the own log became durable: the leader is a voter like any other. */
  void persisted() {
    advanceCommit();
  }

  void fetched(int peerId, long fromIndex, List<Entry> entries) {
    Progress peer = peers.get(peerId);
    if (peer != null) {
      replicator.fetched(peer, fromIndex, entries);
      replicationWanted = true;
    }
  }

  void snapshotFailed(int peerId) {
    Progress peer = peers.get(peerId);
    if (peer != null) {
      peer.snapshotFailed();
    }
  }

  @Override
  public void step(int from, Message message) {
    if (message instanceof RequestVote request) {
      replica.answerVote(from, request);
      return;
    }
    Progress peer = peers.get(from);
    if (peer == null) {
      return;
    }
    if (message instanceof AppendReply reply) {
      peer.contacted(replica.nowNanos());
      appended(peer, reply);
    } else if (message instanceof HeartbeatReply reply) {
      peer.contacted(replica.nowNanos());
      heartbeatAnswered(peer, reply);
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
        && (replicationWanted || heartbeatWanted || (noOpCommitted() && reads.mayOpen()));
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
      peers.values().forEach(replicator::replicate);
    }
    if (heartbeatWanted) {
      heartbeatWanted = false;
      peers.values().forEach(this::sendHeartbeat);
    }
  }

  List<GroupProbe.Peer> probePeers() {
    return peers.values().stream().map(Progress::probe).toList();
  }

  /**
   * A lone voter elects itself before its vote is on disk. Its no-op is written together with the
   * vote; until that is durable, a crash could make it forget the term and lead it twice.
   */
  private boolean mayEmit() {
    return voteDurable || log.persisted().index() >= noOpIndex;
  }

  private boolean noOpCommitted() {
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
    }
    replicationWanted |= peer.wants(log.lastIndex());
  }

  private void heartbeatAnswered(Progress peer, HeartbeatReply reply) {
    peer.acknowledgedRound(reply.readRound());
    confirmReads();
    if (peer.heartbeatAnswered()) {
      replicator.ask(peer);
    }
    replicationWanted |= peer.wants(log.lastIndex());
  }

  private void confirmReads() {
    if (reads.openRound() > 0) {
      reads.confirmed(reachedByPeers(Progress::readRound, Long.MAX_VALUE), replica.out());
    }
  }

  /**
   * Commits what a quorum has durably, if it is of this term: an older entry on a majority can
   * still be overwritten (5.4.2, figure 8).
   */
  private void advanceCommit() {
    long index = reachedByPeers(Progress::match, log.persisted().index());
    if (index > log.commitIndex() && log.termAt(index) == replica.term()) {
      log.commitTo(index);
    }
  }

  private void sendHeartbeat(Progress peer) {
    long commit = Math.min(peer.match(), log.commitIndex());
    replica.out().sendNow(peer.peer(), new Heartbeat(replica.term(), commit, reads.openRound()));
  }

  /** The highest value a quorum has reached; {@code own} is this replica's. */
  private long reachedByPeers(PeerValue value, long own) {
    return JointQuorum.reached(
        replica.membership(),
        node -> {
          Progress peer = peers.get(node);
          return peer == null ? own : value.of(peer);
        });
  }

  private static List<Integer> peerIds(Membership membership) {
    TreeSet<Integer> ids = new TreeSet<>(membership.voters());
    ids.addAll(membership.outgoing());
    ids.addAll(membership.learners());
    return List.copyOf(ids);
  }

  /** One number of a peer's progress. */
  private interface PeerValue {
    long of(Progress peer);
  }
}
