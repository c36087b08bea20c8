package io.flotilla.raft.host;

import io.flotilla.base.check.Check;
import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.CoreStart;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.wal.RecoveredGroup;
import io.flotilla.raft.wal.WalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings the two halves of what a replica left on disk together: its checkpoint and its log. Pure.
 *
 * <p>A checkpoint that was damaged and given up leaves a log without its beginning, which goes too.
 * The replica then enters the next term: leaders of the present one may believe that it holds what
 * is gone, and would never send it again.
 *
 * <p>A crash may fall between any two steps of "checkpoint durable, then log shortened" and of
 * "snapshot installed, then log reset", so the checkpoint can be ahead of the log; never behind the
 * log's first entry.
 *
 * @param start what the core starts from
 * @param repairs log records that make the log agree, to be appended before anything else
 */
record GroupRecovery(CoreStart start, List<WalRecord> repairs) {

  static GroupRecovery of(
      GroupSpec spec, SnapshotHeader checkpoint, RecoveredGroup log, Optional<LogPosition> lost) {
    SnapshotHeader base =
        checkpoint.position().equals(LogPosition.ZERO)
            ? new SnapshotHeader(LogPosition.ZERO, spec.initial())
            : checkpoint;
    LogPosition applied = base.position();
    boolean isCut = log.compacted().index() > applied.index();
    Check.that(
        !isCut || lost.isPresent(),
        "group %s: the log starts after %s but the checkpoint ends at %s",
        spec.id(),
        log.compacted(),
        applied);
    List<WalRecord> repairs = new ArrayList<>();
    List<Entry> tail = tailAfter(applied, log);
    // SAFETY log-begins-at-checkpoint: a log a snapshot has overtaken is reset
    if (tail.isEmpty() && !endsAt(applied, log)) {
      repairs.add(new WalRecord.Reset(spec.id(), applied));
    }
    long last = applied.index() + tail.size();
    HardState hard = hardState(log.hardState(), applied, last);
    if (isCut) {
      hard = new HardState(hard.term() + 1, 0, hard.commit());
      repairs.add(new WalRecord.Hard(spec.id(), hard));
    }
    return new GroupRecovery(new CoreStart(hard, base, tail), repairs);
  }

  /** A replica the disk knows nothing of. */
  static GroupRecovery fresh(GroupSpec spec, SnapshotHeader checkpoint) {
    return of(
        spec,
        checkpoint,
        new RecoveredGroup(spec.id(), new HardState(0, 0, 0), LogPosition.ZERO, List.of()),
        Optional.empty());
  }

  /**
   * The entries after the checkpoint, if the log continues it. A log that ends before the
   * checkpoint, or holds another term at its index, is of a past that a snapshot has overtaken.
   */
  private static List<Entry> tailAfter(LogPosition applied, RecoveredGroup log) {
    if (!contains(applied, log)) {
      return List.of();
    }
    int from = (int) (applied.index() - log.compacted().index());
    return log.entries().subList(from, log.entries().size());
  }

  private static boolean contains(LogPosition position, RecoveredGroup log) {
    if (position.equals(log.compacted())) {
      return true;
    }
    long offset = position.index() - log.compacted().index() - 1;
    return offset >= 0
        && offset < log.entries().size()
        && log.entries().get((int) offset).term() == position.term();
  }

  private static boolean endsAt(LogPosition position, RecoveredGroup log) {
    return contains(position, log) && lastIndex(log) == position.index();
  }

  private static long lastIndex(RecoveredGroup log) {
    return log.compacted().index() + log.entries().size();
  }

  private static HardState hardState(HardState found, LogPosition applied, long last) {
    long commit = Math.max(applied.index(), Math.min(found.commit(), last));
    return found.term() >= applied.term()
        ? new HardState(found.term(), found.vote(), commit)
        : new HardState(applied.term(), 0, commit);
  }
}
