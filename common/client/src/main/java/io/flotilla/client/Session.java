package io.flotilla.client;

import io.flotilla.base.check.Check;
import io.flotilla.v1.OpId;
import java.util.TreeMap;

/**
 * One session: names operations so that retries are recognised. Owned by the loop.
 *
 * <p>One sequence for each shard, so that a shard that is stuck holds back nobody else. {@code
 * firstIncomplete} lets the servers forget answers this client will never ask for again.
 */
final class Session {
  /** From the lowest operation of a shard without a final answer to the newest, at most. */
  static final int OUTSTANDING_MAX = 4_096;

  private final long id;
  private final long renewAtNanos;
  private final long retireAtNanos;
  private final TreeMap<Integer, Sequence> sequences = new TreeMap<>();

  /**
   * @param renewAtNanos from then on the client should get a new session
   * @param retireAtNanos from then on no new call may take its name from this one
   */
  Session(long id, long renewAtNanos, long retireAtNanos) {
    this.id = id;
    this.renewAtNanos = renewAtNanos;
    this.retireAtNanos = retireAtNanos;
  }

  boolean needsRenewal(long nowNanos) {
    return nowNanos - renewAtNanos >= 0;
  }

  boolean isRetired(long nowNanos) {
    return nowNanos - retireAtNanos >= 0;
  }

  boolean hasRoom(int shard) {
    Sequence sequence = sequences.get(shard);
    return sequence == null || sequence.outstanding() < OUTSTANDING_MAX;
  }

  /** The next sequence number for {@code shard}; there must be room. */
  long begin(int shard) {
    Check.that(hasRoom(shard), "more than %d outstanding", OUTSTANDING_MAX);
    return sequences.computeIfAbsent(shard, ignored -> new Sequence()).begin();
  }

  /** The caller of this operation has its final answer: no retry will ever be sent. */
  void end(int shard, long seq) {
    sequence(shard).end(seq);
  }

  /** How the operation is named on the wire, with the newest mark of what is complete. */
  OpId opId(int shard, long seq) {
    long first = sequence(shard).firstIncomplete();
    return OpId.newBuilder().setSession(id).setSeq(seq).setFirstIncomplete(first).build();
  }

  private Sequence sequence(int shard) {
    return sequences.computeIfAbsent(shard, ignored -> new Sequence());
  }
}
