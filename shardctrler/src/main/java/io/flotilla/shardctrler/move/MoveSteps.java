package io.flotilla.shardctrler.move;

import io.flotilla.internal.v1.ShardStatus;
import io.flotilla.shardctrler.state.Move;
import java.util.ArrayList;
import java.util.List;

/**
 * The controller's part in a move: what to say now, and what an answer means. Pure.
 *
 * <pre>
 *   COPY       BEGIN_IMPORT to the target until it is READY; once it imports, BEGIN_EXPORT
 *   COMMITTED  ACTIVATE to the target, RELEASE to the source, in any order
 *   ABORTED    END to the source, DROP to the target, in any order
 * </pre>
 *
 * <p>What has been begun is not in the log: a new leader begins again, and groups take repetitions
 * for what they are. No passing of time decides anything here.
 */
public final class MoveSteps {
  private MoveSteps() {}

  /**
   * What groups have to be told, again and again until they say that it is done.
   *
   * @param isImporting whether the target is known to take the shard in
   * @param isExporting whether the source is known to give it
   */
  public static List<Step> due(Move move, boolean isImporting, boolean isExporting) {
    List<Step> due = new ArrayList<>();
    switch (move.phase()) {
      case COPY -> {
        // Repeated while rows travel: its answer tells READY even if the report of it is lost.
        due.add(Step.BEGIN_IMPORT);
        if (isImporting && !isExporting && !move.isFirstOwnership()) {
          due.add(Step.BEGIN_EXPORT);
        }
      }
      case COMMITTED -> {
        addUnless(move.targetAcked(), Step.ACTIVATE, due);
        addUnless(move.sourceAcked(), Step.RELEASE, due);
      }
      case ABORTED -> {
        // SAFETY source-hears-of-the-abort: only the controller ends a freeze
        addUnless(move.sourceAcked(), Step.END, due);
        addUnless(move.targetAcked(), Step.DROP, due);
      }
      case DONE -> {}
    }
    return due;
  }

  /** What {@code status}, the answer to {@code step}, means for {@code move}. */
  public static Reading read(Move move, Step step, ShardStatus status) {
    if (!isAbout(move, step.isToTarget(), status)) {
      return Reading.NOTHING;
    }
    boolean isOfThePhase =
        switch (step) {
          case BEGIN_IMPORT, BEGIN_EXPORT -> move.phase() == Move.Phase.COPY;
          case ACTIVATE, RELEASE -> move.phase() == Move.Phase.COMMITTED;
          case END, DROP -> move.phase() == Move.Phase.ABORTED;
        };
    if (!isOfThePhase) {
      return Reading.NOTHING;
    }
    if (move.phase() == Move.Phase.COPY) {
      return readCopy(move, step.isToTarget(), status);
    }
    // Below the fence it is over as well: nothing this command wants is still to be done.
    return status.getRefused() ? Reading.NOTHING : Reading.ACKNOWLEDGED;
  }

  /** What {@code status}, reported by a group unasked, means for {@code move}. */
  public static Reading readReport(Move move, ShardStatus status) {
    boolean isTarget = status.getStamp().getGid() == move.to();
    return move.phase() == Move.Phase.COPY && isAbout(move, isTarget, status)
        ? readCopy(move, isTarget, status)
        : Reading.NOTHING;
  }

  private static Reading readCopy(Move move, boolean isTarget, ShardStatus status) {
    boolean isInThisMove = status.getStamp().getMove() == move.id();
    if (!isInThisMove) {
      // At or above this epoch without being in this move: it can never begin here.
      boolean isShutOut =
          (status.getRefused() || status.getSuperseded()) && status.getFence() >= move.newEpoch();
      return isShutOut ? Reading.HOPELESS : Reading.NOTHING;
    }
    if (!status.getReason().isEmpty()) {
      return Reading.HOPELESS;
    }
    return switch (status.getState()) {
      case STAGING -> isTarget ? Reading.IMPORTING : Reading.NOTHING;
      case READY ->
          isTarget && status.getStamp().getEpoch() == move.newEpoch()
              ? Reading.READY
              : Reading.NOTHING;
      case EXPORTING, FROZEN -> isTarget ? Reading.NOTHING : Reading.EXPORTING;
      default -> Reading.NOTHING;
    };
  }

  /** Whether the present life of the right group speaks of the right shard. */
  private static boolean isAbout(Move move, boolean isTarget, ShardStatus status) {
    return status.getStamp().getShard() == move.shard()
        && status.getStamp().getGid() == (isTarget ? move.to() : move.from())
        && status.getStamp().getIncarnation()
            == (isTarget ? move.toIncarnation() : move.fromIncarnation());
  }

  private static void addUnless(boolean isDone, Step step, List<Step> due) {
    if (!isDone) {
      due.add(step);
    }
  }
}
