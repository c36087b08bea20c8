package io.flotilla.raft.host;

import io.flotilla.raft.LogPosition;
import io.flotilla.raft.RaftGroup.ReadCallback;
import io.flotilla.raft.ReadResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The reads of one replica on their way to being allowed. Owned by the loop.
 *
 * <p>All reads asked for in one turn share one quorum round (thesis 6.4); once the round has
 * answered with an index they wait until that index is applied.
 */
final class Reads {
  private record Round(long readId, List<ReadCallback> reads) {}

  private record Granted(long index, ReadCallback read) {}

  /** Reads answered before the clock is looked at again; a scan may take a millisecond. */
  private static final int READS_PER_STEP = 16;

  /** Ids from here on are of reads that may have been asked of another node. */
  static final long FORWARDED_FIRST = 1L << 60;

  private final int maxWaiting;
  private final ArrayDeque<Round> rounds = new ArrayDeque<>();
  private final ArrayDeque<Granted> granted = new ArrayDeque<>();
  private List<ReadCallback> asked = new ArrayList<>();
  private long lastReadId;
  private int waiting;
  private int ticksWithoutWord;

  /**
   * @param lastId the rounds are numbered from the next one on
   */
  Reads(int maxWaiting, long lastId) {
    this.maxWaiting = maxWaiting;
    this.lastReadId = lastId;
  }

  /** Takes a read into the next round; false if too many wait already. */
  boolean ask(ReadCallback read) {
    if (waiting >= maxWaiting) {
      return false;
    }
    waiting++;
    asked.add(read);
    return true;
  }

  boolean hasAsked() {
    return !asked.isEmpty();
  }

  /** Closes the reads asked for so far into one round and names it; ids are never used twice. */
  long startRound() {
    lastReadId++;
    rounds.add(new Round(lastReadId, asked));
    asked = new ArrayList<>();
    return lastReadId;
  }

  /**
   * A tick went by. A question to another node may be lost, and so may the answer: after {@code
   * ticksMax} without a word the reads under way count as refused.
   */
  void tick(int ticksMax, int leader) {
    ticksWithoutWord = rounds.isEmpty() ? 0 : ticksWithoutWord + 1;
    if (ticksWithoutWord > ticksMax) {
      ticksWithoutWord = 0;
      lose(leader);
    }
  }

  /** A quorum confirmed the round {@code readId}, and with it every earlier one. */
  void grant(long readId, long index) {
    ticksWithoutWord = 0;
    while (!rounds.isEmpty() && rounds.peek().readId() <= readId) {
      rounds.remove().reads().forEach(read -> granted.add(new Granted(index, read)));
    }
  }

  /**
   * Answers reads whose index is applied, up to the turn's budget; they may wait for the next: what
   * they see then is only newer.
   */
  void release(LogPosition applied, TurnBudget budget) {
    ReadResult ready = new ReadResult.Ready(applied);
    do {
      for (int i = 0; i < READS_PER_STEP && mayRelease(applied); i++) {
        waiting--;
        granted.remove().read().onResult(ready);
      }
    } while (mayRelease(applied) && !budget.isSpent());
  }

  /** Whether a read waits for nothing but its turn. */
  boolean mayRelease(LogPosition applied) {
    return !granted.isEmpty() && granted.peek().index() <= applied.index();
  }

  /** This replica does not lead: none of the waiting reads can be answered here. */
  void lose(int leader) {
    ReadResult result = new ReadResult.NotLeader(leader);
    while (!granted.isEmpty()) {
      answer(List.of(granted.remove().read()), result);
    }
    while (!rounds.isEmpty()) {
      answer(rounds.remove().reads(), result);
    }
    List<ReadCallback> last = asked;
    asked = new ArrayList<>();
    answer(last, result);
  }

  private void answer(List<ReadCallback> reads, ReadResult result) {
    waiting -= reads.size();
    for (ReadCallback read : reads) {
      read.onResult(result);
    }
  }
}
