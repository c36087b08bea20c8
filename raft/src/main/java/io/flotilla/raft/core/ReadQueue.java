package io.flotilla.raft.core;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Reads of a leader that wait until a quorum has confirmed that it still leads (section 8; thesis
 * 6.4).
 *
 * <p>Reads gather while rounds are under way and leave together in the next one, so their number
 * costs nothing. A round is confirmed by an acknowledgement of itself or of any later one; its
 * number is never used twice in a core's life, and across lives the term differs.
 */
final class ReadQueue {
  /** A second round overlaps the first one's way back; more would only make batches smaller. */
  private static final int ROUNDS_MAX = 2;

  private final ArrayDeque<Round> rounds = new ArrayDeque<>();
  private long[] waiting = new long[16];
  private int waitingCount;

  void add(long readId) {
    if (waitingCount == waiting.length) {
      waiting = Arrays.copyOf(waiting, 2 * waitingCount);
    }
    waiting[waitingCount++] = readId;
  }

  /** Whether reads wait that a new round could take along. */
  boolean mayOpen() {
    return waitingCount > 0 && rounds.size() < ROUNDS_MAX;
  }

  /** Sends the waiting reads on their way; they will be served at {@code commitIndex}. */
  void open(long round, long commitIndex) {
    rounds.add(new Round(round, commitIndex, Arrays.copyOf(waiting, waitingCount)));
    waitingCount = 0;
  }

  /** The newest round under way, 0 if none. */
  long openRound() {
    return rounds.isEmpty() ? 0 : rounds.getLast().number;
  }

  /** A quorum has acknowledged {@code round}. */
  void confirmed(long round, ReadyBuilder out) {
    while (!rounds.isEmpty() && rounds.getFirst().number <= round) {
      Round confirmed = rounds.removeFirst();
      for (long readId : confirmed.readIds) {
        out.granted(new ReadGrant(readId, confirmed.index));
      }
    }
  }

  private static final class Round {
    private final long number;
    private final long index;
    private final long[] readIds;

    private Round(long number, long index, long[] readIds) {
      this.number = number;
      this.index = index;
      this.readIds = readIds;
    }
  }
}
