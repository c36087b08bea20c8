package io.flotilla.raft;

import java.util.List;

/**
 * A replica seen from inside, read-only: for invariants, for the step tables of the lectures and
 * for the status page. A copy; nothing in it changes afterwards.
 *
 * @param node where the replica is
 * @param status role, term, commit index, applied and last position, membership
 * @param votedFor node id voted for in the term, 0 for nobody
 * @param persisted last entry known durable here
 * @param snapshot last position covered by a durable checkpoint
 * @param windowBase the position right before {@code window}
 * @param window the part of the log that is in memory, contiguous up to the last entry
 * @param peers how far each peer is, as far as a leader knows; empty on others
 */
public record GroupProbe(
    int node,
    GroupStatus status,
    int votedFor,
    LogPosition persisted,
    LogPosition snapshot,
    LogPosition windowBase,
    List<Entry> window,
    List<Peer> peers) {
  public GroupProbe {
    window = List.copyOf(window);
    peers = List.copyOf(peers);
  }

  /**
   * A leader's view of a peer.
   *
   * @param node the peer
   * @param state how it is being sent entries
   * @param match highest index known to be durable there and equal
   * @param next the index the next message starts at
   * @param inflightMessages messages sent and not acknowledged
   * @param inflightBytes entry bytes in them
   */
  public record Peer(
      int node, PeerState state, long match, long next, int inflightMessages, long inflightBytes) {}

  /** How a leader feeds a peer. */
  public enum PeerState {
    /** Where the logs match is not known: one message at a time. */
    PROBE,
    /** Messages follow each other without waiting for answers. */
    REPLICATE,
    /** Too far behind: a snapshot is on its way. */
    SNAPSHOT
  }
}
