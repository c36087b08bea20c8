package io.flotilla.raft.core;

import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.GroupProbe.PeerState;
import io.flotilla.raft.LogPosition;

/** What a leader knows of one peer (figure 2: matchIndex, nextIndex) and how it feeds it. */
final class Progress {
  /** No fetch is under way. */
  static final long NOT_FETCHING = 0;

  /** Heartbeats a fetch may take; beyond, it counts as lost and is asked for anew. */
  private static final int FETCH_BEATS_MAX = 10;

  private final int peer;
  private final Inflights inflights;
  private PeerState state = PeerState.PROBE;
  private long match;
  private long next;

  /** In PROBE: the one message is out. */
  private boolean paused;

  /** Position of the entry before {@code next} when it was last known; else of another index. */
  private LogPosition previous = LogPosition.ZERO;

  private long fetchingFrom = NOT_FETCHING;
  private int fetchBeats;
  private long contactNanos;
  private long readRound;

  private long matchAtHeartbeat = -1;

  /** Nothing was acknowledged from one heartbeat to the next though something was out. */
  private boolean overdue;

  private final Farewell farewell = new Farewell();

  Progress(int peer, long next, long nowNanos, CoreConfig config) {
    this.peer = peer;
    this.next = next;
    this.contactNanos = nowNanos;
    this.inflights = new Inflights(config.maxInflightMessages(), config.maxInflightBytes());
  }

  int peer() {
    return peer;
  }

  PeerState state() {
    return state;
  }

  long match() {
    return match;
  }

  long next() {
    return next;
  }

  LogPosition previous() {
    return previous;
  }

  long contactNanos() {
    return contactNanos;
  }

  long readRound() {
    return readRound;
  }

  long fetchingFrom() {
    return fetchingFrom;
  }

  GroupProbe.Peer probe() {
    return new GroupProbe.Peer(peer, state, match, next, inflights.count(), inflights.bytes());
  }

  /** How far it is from being let go of, if the membership has no place for it. */
  Farewell farewell() {
    return farewell;
  }

  /** The peer has answered something in this term. */
  void contacted(long nowNanos) {
    contactNanos = nowNanos;
  }

  /** The peer was in this term when a heartbeat of {@code round} reached it. */
  void acknowledgedRound(long round) {
    readRound = Math.max(readRound, round);
  }

  /** Whether another AppendEntries may go out now. */
  boolean maySend() {
    if (fetchingFrom != NOT_FETCHING) {
      return false;
    }
    return switch (state) {
      case PROBE -> !paused;
      case REPLICATE -> !inflights.full();
      case SNAPSHOT -> false;
    };
  }

  /** Whether there is something to say: entries up to {@code lastIndex}, or where the logs meet. */
  boolean wants(long lastIndex) {
    return maySend() && (next <= lastIndex || state == PeerState.PROBE);
  }

  /** An AppendEntries whose last entry is {@code last} is on its way. */
  void sent(LogPosition last, long bytes) {
    if (state == PeerState.PROBE) {
      paused = true;
    } else {
      next = last.index() + 1;
      previous = last;
      inflights.add(last.index(), bytes);
    }
  }

  /** The entry before {@code next} is this one; learnt by a fetch. */
  void previousIs(LogPosition position) {
    previous = position;
  }

  void fetching(long fromIndex) {
    fetchingFrom = fromIndex;
    fetchBeats = 0;
  }

  void fetched() {
    fetchingFrom = NOT_FETCHING;
  }

  /**
   * The logs match up to {@code index} and it is durable there. Old and doubled acknowledgements
   * move nothing back.
   *
   * @param firstSendable lowest {@code next} that can be served without a snapshot
   * @return whether {@code match} has grown
   */
  boolean accepted(long index, long firstSendable) {
    boolean grown = index > match;
    match = Math.max(match, index);
    inflights.settleThrough(match);
    switch (state) {
      case PROBE -> replicateFrom(match + 1);
      case REPLICATE -> next = Math.max(next, match + 1);
      case SNAPSHOT -> {
        // Acknowledgements from before the snapshot are common; only one that ends the need for
        // it counts.
        if (match + 1 >= firstSendable) {
          replicateFrom(match + 1);
        }
      }
    }
    return grown;
  }

  /**
   * The peer lacks the entry at {@code previousIndex}.
   *
   * @param retryAt where the logs may still match; always at or below {@code previousIndex}
   */
  void refused(long previousIndex, long retryAt) {
    // Below match it is an old message; in PROBE only the answer to the one message out counts.
    boolean stale =
        previousIndex <= match || (state == PeerState.PROBE && previousIndex != next - 1);
    if (!stale && state != PeerState.SNAPSHOT) {
      probeFrom(Math.max(match + 1, Math.min(retryAt, previousIndex)));
    }
  }

  /**
   * A heartbeat of the clock goes out: what has not been answered since the last one may be lost. A
   * fetch is given longer, but not for ever: a peer that waits for one is sent nothing else.
   */
  void heartbeatDue() {
    if (fetchingFrom != NOT_FETCHING && ++fetchBeats > FETCH_BEATS_MAX) {
      fetched();
    }
    overdue =
        switch (state) {
          case PROBE -> paused;
          case REPLICATE -> match < next - 1 && match == matchAtHeartbeat;
          case SNAPSHOT -> false;
        };
    matchAtHeartbeat = match;
  }

  /**
   * A heartbeat has come back: the peer lives and messages pass, so an overdue probe may be sent
   * again.
   *
   * @return whether it should be asked if it has everything sent to it
   */
  boolean heartbeatAnswered() {
    boolean wasOverdue = overdue;
    overdue = false;
    if (wasOverdue && state == PeerState.PROBE) {
      paused = false;
    }
    return wasOverdue && state == PeerState.REPLICATE;
  }

  void needsSnapshot() {
    state = PeerState.SNAPSHOT;
    paused = false;
    inflights.clear();
  }

  /** A snapshot up to {@code index} is durable and in force there. */
  void snapshotInstalled(long index) {
    match = Math.max(match, index);
    if (state == PeerState.SNAPSHOT) {
      replicateFrom(match + 1);
    }
  }

  /** The snapshot did not get there; tried again when the peer is next heard of. */
  void snapshotFailed() {
    if (state == PeerState.SNAPSHOT) {
      probeFrom(match + 1);
      paused = true;
    }
  }

  private void probeFrom(long index) {
    state = PeerState.PROBE;
    next = index;
    paused = false;
    inflights.clear();
  }

  private void replicateFrom(long index) {
    state = PeerState.REPLICATE;
    next = index;
    paused = false;
    inflights.clear();
  }
}
