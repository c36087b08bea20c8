package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.GroupStatus;
import java.util.TreeMap;

/**
 * Entries of the same index and term are the same and follow the same entry; by induction two logs
 * that share one are equal up to there (5.3).
 */
final class LogMatching implements Logs.Reader {
  private final TreeMap<GroupId, TreeMap<Long, TreeMap<Long, Known>>> groups = new TreeMap<>();

  /** What stands at an index and term. */
  private record Known(long previousTerm, Entry.Kind kind, int digest) {}

  @Override
  public void changed(Sight replica, GroupStatus before, GroupProbe log, long known) {
    TreeMap<Long, TreeMap<Long, Known>> entries =
        groups.computeIfAbsent(replica.group, absent -> new TreeMap<>());
    long base = log.windowBase().index();
    int first = (int) Math.max(0, known - base);
    long previousTerm = first == 0 ? log.windowBase().term() : log.window().get(first - 1).term();
    for (Entry entry : log.window().subList(first, log.window().size())) {
      Known mine = new Known(previousTerm, entry.kind(), entry.data().hashCode());
      Known other =
          entries
              .computeIfAbsent(entry.index(), absent -> new TreeMap<>())
              .putIfAbsent(entry.term(), mine);
      Check.that(
          other == null || other.equals(mine),
          "log matching: %s has %s at %s, another log has %s",
          replica,
          mine,
          entry.position(),
          other);
      previousTerm = entry.term();
    }
  }
}
