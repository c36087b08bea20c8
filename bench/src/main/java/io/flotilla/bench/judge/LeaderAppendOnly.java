package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.GroupStatus;

/** A leader never overwrites or deletes entries in its log; it only appends (5.3). */
final class LeaderAppendOnly implements Logs.Reader {
  @Override
  public void changed(Sight replica, GroupStatus before, GroupProbe log, long known) {
    GroupStatus now = replica.status();
    if (!before.isLeader() || !now.isLeader() || before.term() != now.term()) {
      return;
    }
    long last = before.last().index();
    long term = Logs.termAt(log, last);
    boolean isKept =
        term == before.last().term() || (term == -1 && log.windowBase().index() > last);
    Check.that(
        isKept,
        "leader append only: %s leads term %d and has lost %s",
        replica,
        now.term(),
        before.last());
  }
}
