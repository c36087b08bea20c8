package io.flotilla.raft.core;

import com.google.protobuf.ByteString;
import io.flotilla.raft.ChangeResult;
import io.flotilla.raft.Entry;
import io.flotilla.raft.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes a leader's group from one membership to another (section 6): newcomers become learners and
 * catch up, then a joint membership needs both majorities, then the new one stands alone.
 *
 * <p>Each step follows from the membership in force and the one wanted, so whoever leads next can
 * go on; a joint membership is left by any leader, asked or not. A step is taken only when the one
 * before it is committed.
 */
final class Reconfiguration {
  /** Rounds of catching up before it counts as hopeless (thesis 4.2.1). */
  private static final int ROUNDS_MAX = 10;

  /** A newcomer unheard for so many election timeouts is given up. */
  private static final int SILENCE_ELECTIONS = 10;

  private final Replica replica;
  private final RaftLog log;
  private final PeerSet peers;
  private Optional<Membership> wanted = Optional.empty();
  private int round;
  private long roundEnd;
  private long roundBeganNanos;

  Reconfiguration(Replica replica, PeerSet peers) {
    this.replica = replica;
    this.log = replica.log();
    this.peers = peers;
  }

  boolean isUnderWay() {
    return wanted.isPresent() || replica.membership().isJoint() || !isSettled();
  }

  /** Begins; how it ended if it has ended already. */
  Optional<ChangeResult> begin(Membership target) {
    Optional<String> problem = problemOf(target);
    if (problem.isPresent()) {
      return Optional.of(new ChangeResult.Invalid(problem.get()));
    }
    if (isUnderWay()) {
      return Optional.of(new ChangeResult.Busy("another change is under way"));
    }
    if (target.equals(replica.membership())) {
      return Optional.of(new ChangeResult.Done(target));
    }
    wanted = Optional.of(target);
    round = 0;
    return Optional.empty();
  }

  /** Takes the next step if the last one is committed and its condition holds; true if it did. */
  boolean advance() {
    Membership now = replica.membership();
    if (!isSettled() || (wanted.isEmpty() && !now.isJoint())) {
      return false;
    }
    if (now.isJoint()) {
      return enter(now.withoutOutgoing());
    }
    Membership target = wanted.get();
    if (now.equals(target)) {
      end(new ChangeResult.Done(target));
      return false;
    }
    if (now.voters().equals(target.voters())) {
      return enter(target);
    }
    List<Integer> newcomers = without(target.voters(), now.voters());
    if (!now.learners().containsAll(newcomers)) {
      List<Integer> learners = new ArrayList<>(now.learners());
      learners.addAll(newcomers);
      return enter(new Membership(now.voters(), List.of(), learners));
    }
    return haveCaughtUp(newcomers)
        && enter(new Membership(target.voters(), now.voters(), target.learners()));
  }

  /** Whether the membership in force is committed. */
  boolean isSettled() {
    return log.memberships().inForceSince() <= log.commitIndex();
  }

  private boolean enter(Membership next) {
    long index = log.lastIndex() + 1;
    ByteString data = next.toBytes();
    log.append(new Entry(replica.term(), index, Entry.Kind.MEMBERSHIP, data));
    peers.follow(index);
    return true;
  }

  /**
   * Whether what was in the log when the last round began has arrived within an election timeout: a
   * newcomer that far behind would not be missed longer than a leader that is lost.
   */
  private boolean haveCaughtUp(List<Integer> newcomers) {
    long now = replica.nowNanos();
    if (newcomers.isEmpty()) {
      return true;
    }
    if (round == 0) {
      beginRound(now);
    }
    List<Integer> late = new ArrayList<>(newcomers);
    late.removeIf(node -> peers.find(node).filter(peer -> peer.match() >= roundEnd).isPresent());
    if (late.isEmpty() && now - roundBeganNanos <= replica.config().electionMinNanos()) {
      return true;
    }
    if (late.isEmpty()) {
      if (round == ROUNDS_MAX) {
        end(new ChangeResult.NotCaughtUp(newcomers));
      } else {
        beginRound(now);
      }
    } else if (late.stream().anyMatch(node -> isSilent(node, now))) {
      end(new ChangeResult.NotCaughtUp(late));
    }
    return false;
  }

  private void beginRound(long now) {
    round++;
    roundEnd = log.lastIndex();
    roundBeganNanos = now;
  }

  private boolean isSilent(int node, long now) {
    long limit = SILENCE_ELECTIONS * replica.config().electionMaxNanos();
    return now - roundBeganNanos >= limit
        && peers.find(node).filter(peer -> now - peer.contactNanos() < limit).isEmpty();
  }

  private void end(ChangeResult result) {
    wanted = Optional.empty();
    replica.out().changeEnded(result);
  }

  private static Optional<String> problemOf(Membership target) {
    if (target.isJoint()) {
      return Optional.of("a joint membership is a step, not a target");
    }
    if (target.voters().isEmpty()) {
      return Optional.of("a group without voters can decide nothing");
    }
    if (target.all().size() > Membership.MEMBERS_MAX) {
      return Optional.of("at most " + Membership.MEMBERS_MAX + " members");
    }
    return target.all().get(0) < 1 ? Optional.of("node ids begin at 1") : Optional.empty();
  }

  private static List<Integer> without(List<Integer> nodes, List<Integer> excluded) {
    return nodes.stream().filter(node -> !excluded.contains(node)).toList();
  }
}
