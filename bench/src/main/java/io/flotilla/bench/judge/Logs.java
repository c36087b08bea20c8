package io.flotilla.bench.judge;

import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.LogPosition;
import java.util.List;

/** Reads the log of a replica whenever it may have changed, and tells the judges of logs. */
final class Logs implements Judge {
  private final List<Reader> readers;

  /** A judge of logs. */
  interface Reader {
    /**
     * A log has changed.
     *
     * @param before how the replica stood before; as now if it was just opened
     * @param log the part of the log that is in memory, read between two events
     * @param known no entry up to here is new
     */
    void changed(Sight replica, GroupStatus before, GroupProbe log, long known);
  }

  Logs(List<Reader> readers) {
    this.readers = List.copyOf(readers);
  }

  @Override
  public void opened(Sight replica) {
    tell(replica, replica.status(), 0);
  }

  @Override
  public void changed(Sight replica, GroupStatus before) {
    GroupStatus now = replica.status();
    LogPosition last = now.last();
    boolean isSame = last.equals(before.last()) && now.commitIndex() == before.commitIndex();
    if (isSame && now.isLeader() == before.isLeader()) {
      return;
    }
    // Within a term of the last entry a log only grows; after a conflict all of it may be new.
    boolean grew = last.term() == before.last().term() && last.index() >= before.last().index();
    tell(replica, before, grew ? before.last().index() : 0);
  }

  private void tell(Sight replica, GroupStatus before, long known) {
    replica
        .insight
        .probe()
        .ifPresent(log -> readers.forEach(reader -> reader.changed(replica, before, log, known)));
  }

  /** The term of the entry at {@code index}; -1 if it is not in memory. */
  static long termAt(GroupProbe log, long index) {
    long offset = index - log.windowBase().index() - 1;
    if (offset == -1) {
      return log.windowBase().term();
    }
    return offset >= 0 && offset < log.window().size() ? log.window().get((int) offset).term() : -1;
  }
}
