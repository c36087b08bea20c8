package io.flotilla.raft.core;

import io.flotilla.raft.core.message.Message.ReadReply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads of a leader and its followers that wait until a quorum has confirmed that it still leads
 * (section 8; thesis 6.4).
 *
 * <p>Reads gather while rounds are under way and leave together in the next one, so their number
 * costs nothing. A round is confirmed by an acknowledgement of itself or of any later one; its
 * number is never used twice in a core's life, and across lives the term differs.
 */
final class ReadQueue {
  /** A second round overlaps the first one's way back; more would only make batches smaller. */
  private static final int ROUNDS_MAX = 2;

  /**
   * Requests of followers that wait for one round; a follower sends one a turn for all its reads.
   */
  private static final int REQUESTS_MAX = 4_096;

  private final ArrayDeque<Round> rounds = new ArrayDeque<>();
  private final List<Request> requests = new ArrayList<>();
  private long[] waiting = new long[16];
  private int waitingCount;

  /** What a follower asks. */
  private record Request(int from, long readId) {}

  /** A read of the leader's own. */
  void add(long readId) {
    if (waitingCount == waiting.length) {
      waiting = Arrays.copyOf(waiting, 2 * waitingCount);
    }
    waiting[waitingCount++] = readId;
  }

  /** A read of a follower; beyond the bound it is forgotten, as if its request had been lost. */
  void addFrom(int follower, long readId) {
    if (requests.size() < REQUESTS_MAX) {
      requests.add(new Request(follower, readId));
    }
  }

  /** Whether reads wait that a new round could take along. */
  boolean mayOpen() {
    return (waitingCount > 0 || !requests.isEmpty()) && rounds.size() < ROUNDS_MAX;
  }

  /** Sends the waiting reads on their way; they will be served at {@code commitIndex}. */
  void open(long round, long commitIndex) {
    rounds.add(
        new Round(round, commitIndex, Arrays.copyOf(waiting, waitingCount), List.copyOf(requests)));
    waitingCount = 0;
    requests.clear();
  }

  /** The newest round under way, 0 if none. */
  long openRound() {
    return rounds.isEmpty() ? 0 : rounds.getLast().number;
  }

  /** A quorum has acknowledged {@code round} in {@code term}. */
  void confirmed(long round, long term, ReadyBuilder out) {
    while (!rounds.isEmpty() && rounds.getFirst().number <= round) {
      Round confirmed = rounds.removeFirst();
      for (long readId : confirmed.readIds) {
        out.granted(new ReadGrant(readId, confirmed.index));
      }
      for (Request request : confirmed.requests) {
        out.sendNow(request.from(), new ReadReply(term, request.readId(), confirmed.index));
      }
    }
  }

  private static final class Round {
    private final long number;
    private final long index;
    private final long[] readIds;
    private final List<Request> requests;

    private Round(long number, long index, long[] readIds, List<Request> requests) {
      this.number = number;
      this.index = index;
      this.readIds = readIds;
      this.requests = requests;
    }
  }
}
