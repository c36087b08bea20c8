package io.flotilla.raft.core;

import io.flotilla.raft.ChangeResult;
import io.flotilla.raft.Membership;
import io.flotilla.raft.TransferResult;
import java.util.Optional;

/**
 * What a leader does about who comes after it: a change of the members or a transfer of leadership,
 * never both at once, and stepping down when the group has decided to do without it.
 */
final class Succession {
  private final Replica replica;
  private final PeerSet peers;
  private final Reconfiguration reconfiguration;
  private final Handover handover;

  Succession(Replica replica, PeerSet peers) {
    this.replica = replica;
    this.peers = peers;
    this.reconfiguration = new Reconfiguration(replica, peers);
    this.handover = new Handover(replica, peers);
  }

  /** Begins a change of the membership; how it ended if it has ended already. */
  Optional<ChangeResult> changeMembers(Membership target) {
    return handover.isUnderWay()
        ? Optional.of(new ChangeResult.Busy("leadership is being transferred"))
        : reconfiguration.begin(target);
  }

  /** Begins a transfer of leadership; how it ended if it has ended already. */
  Optional<TransferResult> transferTo(int node) {
    if (reconfiguration.isUnderWay()) {
      return Optional.of(new TransferResult.Busy("the membership is changing"));
    }
    Optional<TransferResult> end = handover.begin(node);
    handover.advance();
    return end;
  }

  /** The node leadership is being handed to; 0 if it is not. */
  int target() {
    return handover.target();
  }

  /** Time has passed. */
  void tick() {
    handover.expires();
    peers.dismiss();
  }

  /** A peer has answered a heartbeat. */
  void heardFrom(int node) {
    handover.heardFrom(node);
    handover.advance();
  }

  /**
   * Takes the next step if one is due; while leadership is handed over, the log's end stands still.
   *
   * @return whether the log has grown
   */
  boolean advance() {
    handover.advance();
    return !handover.isUnderWay() && reconfiguration.advance();
  }

  /** Whether the group has agreed to do without this leader. */
  boolean hasNoPlace() {
    return !replica.membership().isVoter(replica.self()) && reconfiguration.isSettled();
  }

  /**
   * Steps down in the order that costs the group least: everybody has been sent the commit index
   * before, and a voter with the whole log is asked to campaign at once (thesis 4.2.2).
   */
  void resign() {
    long last = replica.log().lastIndex();
    for (Progress peer : peers.all()) {
      if (replica.membership().isVoter(peer.peer()) && peer.match() == last) {
        Handover.tell(replica, peer.peer());
        break;
      }
    }
    replica.follow(0);
  }
}
