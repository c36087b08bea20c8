package io.flotilla.raft.core;

import io.flotilla.raft.Membership;
import io.flotilla.raft.core.quorum.JointQuorum;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whom a leader sends its log to: everybody in the membership in force, and for a while those who
 * have just left it, so that they learn of it and stay quiet.
 */
final class PeerSet {
  private final Replica replica;
  private final TreeMap<Integer, Progress> peers = new TreeMap<>();

  PeerSet(Replica replica) {
    this.replica = replica;
  }

  Optional<Progress> find(int node) {
    return Optional.ofNullable(peers.get(node));
  }

  Collection<Progress> all() {
    return peers.values();
  }

  /**
   * The membership in force is a new one.
   *
   * @param next where replication to newcomers begins to probe
   */
  void follow(long next) {
    Membership membership = replica.membership();
    List<Integer> members = membership.all();
    long now = replica.nowNanos();
    long leaveBy = now + replica.config().electionMaxNanos();
    for (Progress peer : peers.values()) {
      if (!members.contains(peer.peer())) {
        peer.farewell().begin(replica.log().memberships().inForceSince(), leaveBy);
      }
    }
    for (int node : members) {
      Progress known = peers.get(node);
      // Who comes back may have lost its disk in between: nothing known of it before counts.
      if (node != replica.self() && (known == null || known.farewell().hasBegun())) {
        peers.put(node, new Progress(node, next, now, replica.config()));
      }
    }
  }

  /** Lets go of those who know that they have left, or have had the time to learn it. */
  void dismiss() {
    peers.values().removeIf(peer -> peer.farewell().isOver(replica.nowNanos()));
  }

  /** The highest value a quorum has reached; {@code own} is this replica's. */
  long reached(PeerValue value, long own) {
    return JointQuorum.reached(
        replica.membership(),
        node -> {
          Progress peer = peers.get(node);
          return peer == null ? own : value.of(peer);
        });
  }

  /** One number of a peer's progress. */
  interface PeerValue {
    long of(Progress peer);
  }
}
