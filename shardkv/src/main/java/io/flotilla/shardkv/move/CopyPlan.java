package io.flotilla.shardkv.move;

import com.google.protobuf.ByteString;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.MoveSizes;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.PieceCursor;
import io.flotilla.shardkv.group.ShardState;
import java.util.OptionalLong;

/**
 * What the source's leader does next about a shard on its way out. Pure.
 *
 * <p>It freezes the shard only when the destination holds every row, the last changes fit one
 * piece, and the pause promises to be short. How short is asked less and less: a cluster that is
 * slow everywhere moves its shards all the same.
 */
final class CopyPlan {
  /** Freeze, last piece, commit of the controller, activation: a quorum each. */
  private static final int PAUSE_ROUND_TRIPS = 4;

  private static final long BUDGET_NANOS = 50_000_000;

  /** So many times too long, and twice as long is allowed. */
  private static final int PATIENCE = 8;

  private static final int DOUBLINGS_MAX = 5;

  /** About what a session row is long. */
  private static final int SESSION_BYTES = 64;

  /** The part of what may be remembered that is worth an entry of the log to forget. */
  private static final int TRIM_PART = 16;

  private CopyPlan() {}

  /** What to do. */
  enum Next {
    /** Send the piece. */
    SEND,
    /** Freeze the shard. */
    FREEZE,
    /** Nothing now; ask again later. */
    WAIT
  }

  /**
   * What to do with the piece that comes next.
   *
   * @param tripNanos how long the destination took for the last one
   * @param refusals how often the pause would have been too long
   */
  static Next next(
      ShardState state, KvCommand.Piece piece, MoveSizes sizes, long tripNanos, int refusals) {
    boolean isMore = !piece.from().equals(piece.to());
    if (state.phase() == Phase.EXPORTING
        && isLast(state, piece)
        && pauseNanos(state, sizes, tripNanos) <= budgetNanos(refusals)) {
      return Next.FREEZE;
    }
    return isMore ? Next.SEND : Next.WAIT;
  }

  /** Whether the destination holds every row, and with this piece every change until now. */
  static boolean isLast(ShardState state, KvCommand.Piece piece) {
    return at(piece.from()).stage() == PieceCursor.Stage.CHANGES
        && at(piece.to()).counter() == state.tally().counter();
  }

  /** How long calls would be parked. */
  static long pauseNanos(ShardState state, MoveSizes sizes, long tripNanos) {
    long sessionPieces = state.tally().sessions() * SESSION_BYTES / sizes.pieceBytes();
    return tripNanos * (PAUSE_ROUND_TRIPS + sessionPieces);
  }

  /** Up to which change the source may forget; empty while that is not worth an entry. */
  static OptionalLong trim(ShardState state, PieceCursor heard, MoveSizes sizes) {
    ShardState.Changes changes = state.transit().changes();
    boolean isWorthIt =
        state.phase() == Phase.EXPORTING
            && changes.bytes() >= sizes.changeBytes() / TRIM_PART
            && heard.counter() > changes.trimmed();
    return isWorthIt ? OptionalLong.of(heard.counter()) : OptionalLong.empty();
  }

  private static long budgetNanos(int refusals) {
    return BUDGET_NANOS << Math.min(refusals / PATIENCE, DOUBLINGS_MAX);
  }

  private static PieceCursor at(ByteString cursor) {
    return PieceCursor.decode(cursor).orElseThrow();
  }
}
