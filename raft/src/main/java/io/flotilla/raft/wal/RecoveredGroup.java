package io.flotilla.raft.wal;

import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.log.HardState;
import java.util.List;

/**
 * What the log knows of one group after a start; all of it is synced.
 *
 * @param group which group
 * @param hardState the last one appended, {@link HardState#NONE} if none was
 * @param compacted where the log begins: the last compaction mark or reset
 * @param entries every entry after {@code compacted}, without a gap
 */
public record RecoveredGroup(
    GroupId group, HardState hardState, LogPosition compacted, List<Entry> entries) {
  public RecoveredGroup {
    entries = List.copyOf(entries);
  }
}
