package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.GroupStatus;

/** A checkpoint stands for committed entries only (section 7). */
final class SnapshotBehindCommit implements Logs.Reader {
  @Override
  public void changed(Sight replica, GroupStatus before, GroupProbe log, long known) {
    Check.that(
        log.snapshot().index() <= log.status().commitIndex(),
        "snapshot behind commit: %s has a checkpoint of %s and commit index %d",
        replica,
        log.snapshot(),
        log.status().commitIndex());
  }
}
