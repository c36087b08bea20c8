package io.flotilla.raft.core;

import io.flotilla.base.check.Check;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.core.message.Message.RequestVote;
import io.flotilla.raft.core.message.Message.VoteReply;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * What every role of a replica shares: term, vote, log, membership, time, the outbox, and the
 * changes from one role to the next (figure 4).
 */
final class Replica {
  private final CoreConfig config;
  private final int self;
  private final ElectionTimer timer;
  private final RaftLog log;
  private final ReadyBuilder out = new ReadyBuilder();
  private long term;
  private int vote;
  private long nowNanos;
  private long readRounds;
  private Role role;

  /** Up to where this replica may have acknowledged entries that it has lost since. */
  private Optional<LogPosition> lost = Optional.empty();

  Replica(CoreConfig config, int self, RandomGenerator random, CoreStart start) {
    Check.that(self >= 1, "node id %d", self);
    this.config = config;
    this.self = self;
    this.timer = new ElectionTimer(config, random);
    this.log = new RaftLog(start, config.tailBytes());
    HardState hardState = start.hardState();
    // Entries of a later term than the hard state are a torn write: nothing was promised in it.
    this.term = Math.max(hardState.term(), log.last().term());
    // SAFETY vote-survives-restart: a vote is given once a term, over all lives (5.2)
    this.vote = term == hardState.term() ? hardState.vote() : 0;
    this.role = new Follower(this, 0);
  }

  CoreConfig config() {
    return config;
  }

  int self() {
    return self;
  }

  RaftLog log() {
    return log;
  }

  ReadyBuilder out() {
    return out;
  }

  /** The membership in force: the last one in the log, committed or not (section 6). */
  Membership membership() {
    return log.memberships().inForce();
  }

  long term() {
    return term;
  }

  int vote() {
    return vote;
  }

  Role role() {
    return role;
  }

  long nowNanos() {
    return nowNanos;
  }

  /** The first sight of the clock. A lone voter has nobody to wait for. */
  void clockStarted(long now) {
    nowNanos = now;
    timer.reset(now);
    if (mayCampaign() && voters().size() == 1) {
      timer.expire(now);
    }
  }

  void clockReads(long now) {
    nowNanos = now;
  }

  boolean electionDue() {
    return timer.expired(nowNanos);
  }

  void resetElectionTimer() {
    timer.reset(nowNanos);
  }

  /** A number no read round of this core has had; other lives of this replica lead other terms. */
  long nextReadRound() {
    return ++readRounds;
  }

  /** Everybody with a vote, ascending. */
  List<Integer> voters() {
    TreeSet<Integer> voters = new TreeSet<>(membership().voters());
    voters.addAll(membership().outgoing());
    return List.copyOf(voters);
  }

  /**
   * A replica without a vote of its own never asks for others' (section 6). One whose removal is
   * not known committed still does: if the removal is in no other log, the others may need its vote
   * and cannot have it, because its log is the longest; then only it can win, though it does not
   * count itself.
   */
  boolean mayCampaign() {
    if (lost.isPresent()) {
      return false;
    }
    MembershipHistory memberships = log.memberships();
    return memberships.inForce().isVoter(self)
        || (memberships.inForceSince() > log.commitIndex()
            && memberships.beforeNewest().isVoter(self));
  }

  /** This replica has lost its log, up to {@code position} of which it may have acknowledged. */
  void lost(LogPosition position) {
    lost = Optional.of(position);
  }

  /**
   * Whether something this replica has acknowledged may be missing from its log. With its vote a
   * leader could be elected that lacks a committed entry: the quorum that committed it may have
   * nobody else in common with the one that votes (5.4.1).
   */
  boolean isSuspect() {
    return lost.isPresent();
  }

  /**
   * Trusts the log again if it holds, durably, a committed entry as far as anything acknowledged,
   * or of a leader elected since, without this replica's vote: all committed entries come before.
   */
  void judgeLog() {
    if (lost.isPresent()) {
      long index = Math.min(log.commitIndex(), log.persisted().index());
      boolean isBack = index >= lost.get().index() || log.termAt(index) > lost.get().term();
      lost = isBack ? Optional.empty() : lost;
    }
  }

  /** A snapshot is in force; whoever campaigned without a vote in its membership stops. */
  void snapshotInstalled(SnapshotHeader header) {
    log.snapshotInstalled(header);
    if (!(role instanceof Leader) && !(role instanceof Follower) && !mayCampaign()) {
      follow(0);
    }
  }

  /**
   * A message has shown a later term. Whoever waits as a follower goes on waiting: only a leader
   * heard or a vote given starts the timer again, or a candidate with a hopeless log could keep the
   * others from ever campaigning.
   */
  void enterTerm(long later) {
    Check.that(later > term, "term %d after %d", later, term);
    if (!(role instanceof Follower)) {
      timer.reset(nowNanos);
    }
    term = later;
    // SAFETY vote-is-for-one-term: a new term begins without a vote
    vote = 0;
    out.termChanged();
    role = new Follower(this, 0);
  }

  /** Back to a follower in the same term, with the vote of that term kept. */
  void follow(int leader) {
    if (role instanceof Leader) {
      out.leadershipLost();
    }
    timer.reset(nowNanos);
    role = new Follower(this, leader);
  }

  /** Asks around before a real campaign. */
  void preCampaign() {
    timer.reset(nowNanos);
    PreCandidate candidate = new PreCandidate(this);
    role = candidate;
    candidate.ask();
  }

  /** Campaigns in the next term. The own vote is on disk before anybody else is asked. */
  void campaign(boolean transfer) {
    Check.that(mayCampaign(), "node %d has no vote", self);
    timer.reset(nowNanos);
    term++;
    // SAFETY candidate-votes-for-itself: and for nobody else in that term (5.2)
    vote = self;
    out.termChanged();
    Candidate candidate = new Candidate(this, transfer);
    role = candidate;
    candidate.ask();
  }

  /**
   * Won.
   *
   * @param voteDurable whether the own vote is known to be on disk; it is if others have answered
   */
  void lead(boolean voteDurable) {
    role = new Leader(this, voteDurable);
  }

  /** Answers a request for a vote in the current term; a vote given makes a follower. */
  void answerVote(int candidate, RequestVote request) {
    boolean granted = VoteRules.votes(this, candidate, request);
    if (granted) {
      vote = candidate;
      follow(0);
    }
    // SAFETY vote-before-reply: a vote that was heard of is on disk
    out.sendAfterPersist(candidate, new VoteReply(term, granted));
  }

  /** Messages to every other voter that promise nothing. */
  void askNow(Message message) {
    for (int voter : voters()) {
      if (voter != self) {
        out.sendNow(voter, message);
      }
    }
  }

  /** Messages to every other voter that rely on the own vote being on disk. */
  void askAfterPersist(Message message) {
    for (int voter : voters()) {
      if (voter != self) {
        // SAFETY own-vote-before-asking: a candidate that crashes has voted all the same
        out.sendAfterPersist(voter, message);
      }
    }
  }
}
