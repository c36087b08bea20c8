package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import io.flotilla.shardkv.store.Namespace;

/**
 * All that a group remembers of one shard besides its rows. Immutable; part of every checkpoint.
 *
 * @param phase how the group stands to it
 * @param fence highest epoch seen; control commands below it have no effect
 * @param epoch the epoch it is owned under; while it comes in, the one it will be owned under
 * @param rowEpoch the epoch its rows arrived under, which names their namespace; 0 without rows. It
 *     stays when an aborted move raises {@code epoch}
 * @param transit the move it is in, or the last one it was in
 * @param tally what is counted of it
 * @param forward where it went from here
 */
public record ShardState(
    Phase phase,
    long fence,
    long epoch,
    long rowEpoch,
    Transit transit,
    Tally tally,
    Forward forward) {
  /** A shard never heard of. */
  public static final ShardState UNKNOWN =
      new ShardState(Phase.ABSENT, 0, 0, 0, Transit.NONE, Tally.EMPTY, Forward.NONE);

  /**
   * A move, as seen by one of its two groups.
   *
   * @param move its id; 0 for none
   * @param epoch the epoch it leads to
   * @param peer gid of the other group; 0 if the shard is new
   * @param peerIncarnation which life of the destination, at the source; 0 at the destination
   * @param reason why only an abort can help; empty if nothing is wrong
   * @param changes what the source remembers of changed keys
   * @param carried what has come in at the destination
   */
  public record Transit(
      long move,
      long epoch,
      int peer,
      long peerIncarnation,
      String reason,
      Changes changes,
      Carried carried) {
    static final Transit NONE = begun(0, 0, 0, 0, 0);

    /**
     * A move that has just begun here, when the shard's modification counter is {@code counter}.
     */
    public static Transit begun(
        long move, long epoch, int peer, long peerIncarnation, long counter) {
      return new Transit(
          move, epoch, peer, peerIncarnation, "", new Changes(counter, 0), Carried.NOTHING);
    }

    boolean is(Stamp stamp) {
      return move == stamp.move() && epoch == stamp.epoch();
    }

    /** Whether {@code stamp} ends this move without effect: same id, under a later epoch. */
    boolean isBurntBy(Stamp stamp) {
      return move == stamp.move() && epoch < stamp.epoch();
    }

    /** Up to where the rows have come in, at the destination. */
    public ByteString cursor() {
      return carried.cursor();
    }

    /** Whether only an abort can help. */
    public boolean isStuck() {
      return !reason.isEmpty();
    }

    Transit with(Changes remembered) {
      return new Transit(move, epoch, peer, peerIncarnation, reason, remembered, carried);
    }

    Transit with(Carried more) {
      return new Transit(move, epoch, peer, peerIncarnation, reason, changes, more);
    }

    Transit carried(ByteString to, long bytes, boolean isRound) {
      return with(new Carried(to, carried.bytes() + bytes, carried.rounds() + (isRound ? 1 : 0)));
    }

    Transit over() {
      return begun(move, epoch, peer, peerIncarnation, 0);
    }

    Transit stuck(String why) {
      return new Transit(move, epoch, peer, peerIncarnation, why, changes, carried);
    }
  }

  /**
   * What a shard on its way out remembers of changed keys.
   *
   * @param trimmed changes up to this counter are forgotten: the destination holds them
   * @param bytes what those above cost
   */
  public record Changes(long trimmed, long bytes) {}

  /**
   * What has come in of a shard.
   *
   * @param cursor where the next piece starts
   * @param bytes of keys and values in all pieces
   * @param rounds pieces with changes of rows that had come before
   */
  public record Carried(ByteString cursor, long bytes, int rounds) {
    static final Carried NOTHING = new Carried(ByteString.EMPTY, 0, 0);
  }

  /**
   * What is counted of a shard.
   *
   * @param counter modification counter: one more for each change of a key
   * @param expireBefore sessions of lower blocks are over
   * @param rows live data rows
   * @param bytes bytes of their keys and values
   * @param sessions session rows
   */
  public record Tally(long counter, long expireBefore, long rows, long bytes, long sessions) {
    static final Tally EMPTY = new Tally(0, 0, 0, 0, 0);

    Tally changed(long rowsMore, long bytesMore) {
      return new Tally(counter + 1, expireBefore, rows + rowsMore, bytes + bytesMore, sessions);
    }

    /** Rows have come in or gone; what they are versions of is counted elsewhere. */
    Tally counting(long rowsMore, long bytesMore) {
      return new Tally(counter, expireBefore, rows + rowsMore, bytes + bytesMore, sessions);
    }

    Tally withSessions(long count) {
      return new Tally(counter, expireBefore, rows, bytes, count);
    }

    Tally expiredBefore(long block) {
      return new Tally(counter, Math.max(expireBefore, block), rows, bytes, sessions);
    }
  }

  /**
   * Where to look for a shard that is not here.
   *
   * @param gid the group; 0 if not known
   * @param epoch under which it owns the shard
   */
  public record Forward(int gid, long epoch) {
    static final Forward NONE = new Forward(0, 0);
  }

  /** Where its rows are. */
  public Namespace namespace(int shard) {
    return new Namespace(shard, rowEpoch);
  }

  /** Whether it is in the move that {@code stamp} names. */
  boolean isIn(Stamp stamp) {
    return transit.is(stamp);
  }

  ShardState with(Tally newTally) {
    return new ShardState(phase, fence, epoch, rowEpoch, transit, newTally, forward);
  }

  ShardState with(Transit newTransit) {
    return new ShardState(phase, fence, epoch, rowEpoch, newTransit, tally, forward);
  }

  ShardState in(Phase newPhase) {
    return new ShardState(newPhase, fence, epoch, rowEpoch, transit, tally, forward);
  }

  ShardState fencedAt(long newFence) {
    return new ShardState(phase, newFence, epoch, rowEpoch, transit, tally, forward);
  }

  /** Served here under {@code newEpoch}, with the rows that are here. */
  ShardState servedAt(long newEpoch) {
    return new ShardState(
        Phase.SERVING, newEpoch, newEpoch, rowEpoch, transit.over(), tally, Forward.NONE);
  }

  /** Not here any more, and nothing of it. */
  ShardState gone(long newFence, Forward whereTo) {
    return new ShardState(Phase.ABSENT, newFence, 0, 0, transit.over(), Tally.EMPTY, whereTo);
  }

  /** Whether something but its counts and cursor differs: what the rest of the node must know. */
  boolean standsLike(ShardState other) {
    return phase == other.phase
        && fence == other.fence
        && epoch == other.epoch
        && rowEpoch == other.rowEpoch
        && transit.move == other.transit.move
        && transit.reason.equals(other.transit.reason);
  }
}
