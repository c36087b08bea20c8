package io.flotilla.raft.wal;

import io.flotilla.base.check.Check;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.log.HardState;
import java.util.List;

/** One thing a group wants remembered. Immutable. */
public sealed interface WalRecord {
  /** Whose it is. */
  GroupId group();

  /**
   * Entries with consecutive indices. If the first is not beyond the group's last entry, they
   * replace the log from there on (5.3: a conflicting suffix is deleted).
   */
  record Entries(GroupId group, List<Entry> entries) implements WalRecord {
    public Entries {
      entries = List.copyOf(entries);
      Check.that(!entries.isEmpty(), "no entries to append");
      long first = entries.get(0).index();
      for (int i = 1; i < entries.size(); i++) {
        Check.that(entries.get(i).index() == first + i, "entries of %s are not consecutive", group);
      }
    }
  }

  /** Term, vote and commit index; replaces what was remembered before. */
  record Hard(GroupId group, HardState state) implements WalRecord {}

  /** A durable checkpoint holds everything up to here; those entries may vanish. */
  record Compacted(GroupId group, LogPosition position) implements WalRecord {}

  /** The whole log is discarded and goes on after this position; the hard state stays. */
  record Reset(GroupId group, LogPosition position) implements WalRecord {}

  /** The group left this node: nothing of it is needed any more. */
  record Removed(GroupId group) implements WalRecord {}
}
