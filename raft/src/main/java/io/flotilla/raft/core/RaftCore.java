package io.flotilla.raft.core;

import com.google.protobuf.ByteString;
import io.flotilla.raft.ChangeResult;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.TransferResult;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.core.message.Message.SnapshotReply;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One replica of one group: takes messages, ticks, proposals and reports of what the host has done,
 * and says in a {@link Ready} what must happen next. Deterministic; does nothing by itself.
 *
 * <p>The host calls {@link #ready} after any number of other calls and carries its value out in the
 * order given there. It may take the next value before the writes of the last one are durable, as
 * long as writes become durable in order. Memory is bounded by {@link CoreConfig}: uncommitted and
 * unapplied entries, a tail behind them, and what is in flight.
 *
 * <p>Owned by its group's loop; no method is safe to call from elsewhere.
 */
public final class RaftCore {
  private final Replica replica;
  private final RaftLog log;
  private final Admission admission;
  private boolean clockRuns;
  private HardState toldHardState;
  private GroupStatus.Role toldRole;
  private long toldTerm;
  private int toldLeader;
  private Membership toldMembership;

  /** A replica as it was found on disk; it waits as a follower for its first tick. */
  public RaftCore(CoreConfig config, int self, RandomGenerator random, CoreStart start) {
    this.replica = new Replica(config, self, random, start);
    this.log = replica.log();
    this.admission = new Admission(replica);
    this.toldHardState = start.hardState();
    this.toldRole = replica.role().kind();
    this.toldTerm = replica.term();
    this.toldLeader = 0;
    this.toldMembership = replica.membership();
  }

  /**
   * This replica has lost entries, up to {@code position} of which it may have acknowledged: it
   * neither votes nor campaigns before its log is trusted again. Called before anything else.
   */
  public void lost(LogPosition position) {
    replica.lost(position);
  }

  /** Whether {@link #lost} entries are not back yet. */
  public boolean isSuspect() {
    return replica.isSuspect();
  }

  /** Time is now {@code nowNanos} on a clock that never goes back and may start anywhere. */
  public void tick(long nowNanos) {
    if (clockRuns) {
      replica.clockReads(nowNanos);
    } else {
      clockRuns = true;
      replica.clockStarted(nowNanos);
    }
    replica.role().tick();
  }

  /** A message has come from node {@code from}; one that no correct replica sends is dropped. */
  public void step(int from, Message message) {
    admission.step(from, message);
  }

  /** Proposes a command; it leaves with the next {@link #ready}. */
  public ProposeOutcome propose(ByteString command) {
    return replica.role() instanceof Leader leader
        ? leader.propose(command)
        : new ProposeOutcome.NotLeader(replica.role().leader());
  }

  /**
   * Begins to take the group to {@code target} (section 6); one change at a time.
   *
   * @return how it ended if it did at once; otherwise that comes in a {@link Ready}, or never if
   *     this replica stops leading first
   */
  public Optional<ChangeResult> changeMembers(Membership target) {
    return replica.role() instanceof Leader leader
        ? leader.changeMembers(target)
        : Optional.of(new ChangeResult.NotLeader(replica.role().leader()));
  }

  /**
   * Begins to hand leadership to {@code node} (thesis 3.10); until it ends, proposals are refused.
   *
   * @return how it ended if it did at once; otherwise a {@link Ready} says so if the deadline
   *     passes, and the loss of leadership if it succeeds
   */
  public Optional<TransferResult> transferTo(int node) {
    return replica.role() instanceof Leader leader
        ? leader.transferTo(node)
        : Optional.of(new TransferResult.NotLeader(replica.role().leader()));
  }

  /**
   * Asks for a linearizable read; the answer is a {@link ReadGrant}, or none ever if this replica
   * stops leading first. How many wait is bounded by the caller.
   *
   * @return false if this replica does not lead
   */
  public boolean readIndex(long readId) {
    if (replica.role() instanceof Leader leader) {
      leader.readIndex(readId);
      return true;
    }
    return false;
  }

  /**
   * Asks for a linearizable read wherever this replica stands: a follower asks its leader for an
   * index. The answer is a {@link ReadGrant}, or none ever if leader or term change first or a
   * message is lost.
   *
   * @param readId not one that any life of this replica has used before: an old answer could still
   *     be on its way
   * @return false if no leader is known
   */
  public boolean readAnywhere(long readId) {
    return readIndex(readId)
        || (replica.role() instanceof Follower follower && follower.forwardRead(readId));
  }

  /** Whether {@link #ready} would say something. */
  public boolean hasReady() {
    return !replica.out().isEmpty()
        || log.hasToPersist()
        || log.hasToApply()
        || voteChanged()
        || statusChanged()
        || (replica.role() instanceof Leader leader && leader.hasWork());
  }

  /** Drains all that must now happen. */
  public Ready ready() {
    replica.judgeLog();
    if (replica.role() instanceof Leader leader) {
      leader.emit();
    }
    boolean statusChanged = statusChanged();
    toldRole = replica.role().kind();
    toldTerm = replica.term();
    toldLeader = replica.role().leader();
    toldMembership = replica.membership();
    List<Entry> entries = log.takeToPersist();
    Optional<HardState> hardState = Optional.empty();
    if (voteChanged() || (!entries.isEmpty() && log.commitIndex() > toldHardState.commit())) {
      toldHardState = new HardState(replica.term(), replica.vote(), log.commitIndex());
      hardState = Optional.of(toldHardState);
    }
    List<Entry> committed = log.takeToApply(replica.config().maxCommittedBytes());
    return replica.out().drain(hardState, entries, committed, statusChanged);
  }

  /** Everything up to {@code last} is durable; of no effect if the log has moved on since. */
  public void persisted(LogPosition last) {
    log.persisted(last);
    if (replica.role() instanceof Leader leader) {
      leader.persisted();
    }
  }

  /** The state machine has applied everything up to {@code position}. */
  public void applied(LogPosition position) {
    log.applied(position);
  }

  /** A durable checkpoint covers {@code position}: the log up to it need not be there any more. */
  public void compacted(LogPosition position) {
    log.compacted(position);
  }

  /** Answers a {@link FetchRequest}: entries from {@code fromIndex} on, none if they are gone. */
  public void fetched(int peer, long fromIndex, List<Entry> entries) {
    if (replica.role() instanceof Leader leader) {
      leader.fetched(peer, fromIndex, entries);
    }
  }

  /**
   * A snapshot received from a leader is durable and the state machine stands on it. Commit and
   * applied index never go back; if the log had the snapshot's last entry, what follows it stays
   * ({@link GroupStatus#last} then lies after the snapshot), otherwise all of the log is replaced.
   */
  public void snapshotInstalled(SnapshotHeader header) {
    // SAFETY snapshots-only-ahead: neither commit nor applied goes back
    if (header.position().index() > log.applied().index()) {
      replica.snapshotInstalled(header);
    }
  }

  /**
   * The log has brought everything in a snapshot that {@code leader} sent. Entries may be applied
   * before they are durable here, so that is said only when they are: the leader counts on it.
   */
  public void snapshotOvertaken(int leader, LogPosition snapshot) {
    replica.out().sendAfterPersist(leader, new SnapshotReply(replica.term(), snapshot, 0, true));
  }

  /** Sending a snapshot to {@code peer} has failed; asked for again once the peer is heard. */
  public void snapshotFailed(int peer) {
    if (replica.role() instanceof Leader leader) {
      leader.snapshotFailed(peer);
    }
  }

  /** What a checkpoint of all that is applied stands for. */
  public SnapshotHeader appliedHeader() {
    return new SnapshotHeader(log.applied(), log.memberships().asOf(log.applied().index()));
  }

  /** Role, term, leader and positions now. */
  public GroupStatus status() {
    return new GroupStatus(
        replica.role().kind(),
        replica.term(),
        replica.role().leader(),
        log.commitIndex(),
        log.applied(),
        log.last(),
        replica.membership());
  }

  /** A look inside; copies, so not for the hot path. */
  public GroupProbe probe() {
    return new GroupProbe(
        replica.self(),
        status(),
        replica.vote(),
        log.persisted(),
        log.compacted(),
        log.base(),
        log.windowEntries(),
        replica.role() instanceof Leader leader ? leader.probePeers() : List.of());
  }

  private boolean voteChanged() {
    return replica.term() != toldHardState.term() || replica.vote() != toldHardState.vote();
  }

  private boolean statusChanged() {
    return replica.role().kind() != toldRole
        || replica.term() != toldTerm
        || replica.role().leader() != toldLeader
        || !replica.membership().equals(toldMembership);
  }
}
