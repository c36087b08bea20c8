package io.flotilla.raft.core;

import io.flotilla.raft.TransferResult;
import io.flotilla.raft.core.message.Message.TimeoutNow;
import java.util.Optional;

/**
 * A leader's attempt to make another replica lead (thesis 3.10): nothing new is accepted, the
 * target gets what it lacks and is told to campaign at once. At the deadline, an election timeout
 * later, the leader goes on as if nothing had been.
 */
final class Handover {
  private static final int NOBODY = 0;

  private final Replica replica;
  private final PeerSet peers;
  private int target = NOBODY;
  private long deadlineNanos;
  private boolean isTold;

  Handover(Replica replica, PeerSet peers) {
    this.replica = replica;
    this.peers = peers;
  }

  boolean isUnderWay() {
    return target != NOBODY;
  }

  int target() {
    return target;
  }

  /** Begins; how it ended if it has ended already. */
  Optional<TransferResult> begin(int node) {
    if (node == replica.self()) {
      return Optional.of(new TransferResult.Done(node));
    }
    if (!replica.membership().voters().contains(node)) {
      return Optional.of(
          new TransferResult.Invalid("node " + node + " is not a voter of the group"));
    }
    if (isUnderWay()) {
      return Optional.of(new TransferResult.Busy("a transfer to " + target + " is under way"));
    }
    target = node;
    deadlineNanos = replica.nowNanos() + replica.config().electionMaxNanos();
    isTold = false;
    return Optional.empty();
  }

  /** Tells the target to campaign, once it has all of the log. */
  void advance() {
    if (isUnderWay() && !isTold && hasWholeLog()) {
      isTold = true;
      tell(replica, target);
    }
  }

  /** The target has answered a heartbeat and leads nothing: what it was told may be lost. */
  void heardFrom(int node) {
    if (node == target) {
      isTold = false;
    }
  }

  /** Whether the deadline has passed; then it is over. */
  boolean expires() {
    if (!isUnderWay() || replica.nowNanos() - deadlineNanos < 0) {
      return false;
    }
    target = NOBODY;
    replica.out().transferEnded(new TransferResult.TimedOut());
    return true;
  }

  /** The word names the log's end, so that one that comes too late finds another and is refused. */
  static void tell(Replica replica, int node) {
    replica.out().sendNow(node, new TimeoutNow(replica.term(), replica.log().last()));
  }

  private boolean hasWholeLog() {
    long last = replica.log().lastIndex();
    return peers.find(target).filter(peer -> peer.match() == last).isPresent();
  }
}
