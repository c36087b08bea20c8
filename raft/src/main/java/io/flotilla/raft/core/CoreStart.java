package io.flotilla.raft.core;

import io.flotilla.base.check.Check;
import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.log.HardState;
import java.util.List;

/**
 * What a replica found on its disk, all of it durable.
 *
 * @param hardState term, vote and a known commit index
 * @param snapshot the checkpoint its state machine was opened from; for a new replica {@link
 *     LogPosition#ZERO} with the group's first membership
 * @param tail all entries of the log after {@code snapshot}, contiguous
 */
public record CoreStart(HardState hardState, SnapshotHeader snapshot, List<Entry> tail) {
  public CoreStart {
    tail = List.copyOf(tail);
    long index = snapshot.position().index();
    long term = snapshot.position().term();
    for (Entry entry : tail) {
      index++;
      Check.that(entry.index() == index, "gap in the log before %d", entry.index());
      Check.that(entry.term() >= term, "term falls at %d", index);
      term = entry.term();
    }
  }
}
