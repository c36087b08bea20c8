package io.flotilla.client;

import io.flotilla.base.check.Check;
import io.flotilla.v1.OpId;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One session: names operations so that retries are recognised. Owned by the loop.
 *
 * <p>One sequence for each shard, so that a shard that is stuck holds back nobody else. {@code
 * firstIncomplete} lets the servers forget answers this client will never ask for again.
 */
final class Session {
  /** Operations of one shard without a final answer, at most; servers refuse more. */
  static final int OUTSTANDING_MAX = 4_096;

  private final long id;
  private final long retireAtNanos;
  private final TreeMap<Integer, Sequence> sequences = new TreeMap<>();

  /** The operations of this session in one shard. */
  private static final class Sequence {
    private final TreeSet<Long> incomplete = new TreeSet<>();
    private long last;
  }

  /**
   * @param retireAtNanos after this the client opens a new session for new calls
   */
  Session(long id, long retireAtNanos) {
    this.id = id;
    this.retireAtNanos = retireAtNanos;
  }

  boolean isRetired(long nowNanos) {
    return nowNanos >= retireAtNanos;
  }

  boolean hasRoom(int shard) {
    Sequence sequence = sequences.get(shard);
    return sequence == null
        || sequence.incomplete.isEmpty()
        || sequence.last - sequence.incomplete.first() + 1 < OUTSTANDING_MAX;
  }

  /** The next sequence number for {@code shard}; there must be room. */
  long begin(int shard) {
    Check.that(hasRoom(shard), "more than %d outstanding", OUTSTANDING_MAX);
    Sequence sequence = sequences.computeIfAbsent(shard, ignored -> new Sequence());
    sequence.last++;
    sequence.incomplete.add(sequence.last);
    return sequence.last;
  }

  /** The caller of this operation has its final answer: no retry will ever be sent. */
  void end(int shard, long seq) {
    Sequence sequence = sequences.get(shard);
    if (sequence != null) {
      sequence.incomplete.remove(seq);
    }
  }

  /** How the operation is named on the wire, with the newest mark of what is complete. */
  OpId opId(int shard, long seq) {
    Sequence sequence = sequences.computeIfAbsent(shard, ignored -> new Sequence());
    long first = sequence.incomplete.isEmpty() ? sequence.last + 1 : sequence.incomplete.first();
    return OpId.newBuilder().setSession(id).setSeq(seq).setFirstIncomplete(first).build();
  }
}
