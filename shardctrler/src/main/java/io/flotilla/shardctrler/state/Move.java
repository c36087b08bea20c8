package io.flotilla.shardctrler.state;

import io.flotilla.base.check.Check;

/**
 * The handing over of one shard. Immutable.
 *
 * @param id never used again
 * @param shard what moves
 * @param from gid of the source, 0 if nobody owned the shard
 * @param fromIncarnation life of the source
 * @param to gid of the target
 * @param toIncarnation life of the target
 * @param newEpoch epoch the target will own the shard under
 * @param phase how far it is
 * @param sourceAcked whether the source has let go, or serves again
 * @param targetAcked whether the target serves, or has dropped what it held
 * @param reason why it was aborted; empty otherwise
 * @param tally what it cost
 */
public record Move(
    long id,
    int shard,
    int from,
    long fromIncarnation,
    int to,
    long toIncarnation,
    long newEpoch,
    Phase phase,
    boolean sourceAcked,
    boolean targetAcked,
    String reason,
    MoveTally tally) {
  /** How far a move is. */
  public enum Phase {
    /** The source owns the shard; rows travel. */
    COPY,
    /** The target owns the shard; both sides are being told. */
    COMMITTED,
    /** The source goes on owning the shard; both sides are being told. */
    ABORTED,
    /** Committed, and both sides know. */
    DONE
  }

  public Move {
    Check.that(to >= 1 && from >= 0 && from != to, "move %d from %d to %d", id, from, to);
    Check.that(newEpoch >= 1, "move %d to epoch %d", id, newEpoch);
  }

  /** Whether the shard has no owner before this move. */
  public boolean isFirstOwnership() {
    return from == 0;
  }

  /** The epoch its present commands carry: an aborted move speaks above the epoch it burnt. */
  public long commandEpoch() {
    return phase == Phase.ABORTED ? newEpoch + 1 : newEpoch;
  }

  /** Whether either side is {@code gid}. */
  public boolean involves(int gid) {
    return from == gid || to == gid;
  }

  boolean isAcked() {
    return sourceAcked && targetAcked;
  }

  Move committed(MoveTally more) {
    return with(Phase.COMMITTED, isFirstOwnership(), false, "", tally.merge(more));
  }

  Move aborted(String why) {
    return with(Phase.ABORTED, isFirstOwnership(), false, why, tally);
  }

  Move acked(boolean isTarget, MoveTally more) {
    return with(
        phase, sourceAcked || !isTarget, targetAcked || isTarget, reason, tally.merge(more));
  }

  /** Its groups are gone, and a group that is gone counts as having acknowledged. */
  Move bothAcked() {
    return with(phase, true, true, reason, tally);
  }

  Move finished() {
    return with(phase == Phase.COMMITTED ? Phase.DONE : phase, true, true, reason, tally);
  }

  private Move with(
      Phase next, boolean bySource, boolean byTarget, String why, MoveTally nextTally) {
    return new Move(
        id,
        shard,
        from,
        fromIncarnation,
        to,
        toIncarnation,
        newEpoch,
        next,
        bySource,
        byTarget,
        why,
        nextTally);
  }
}
