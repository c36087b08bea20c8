package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.GroupStatus;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What is committed in a term is in the log of every leader of a later one (5.4), and at one index
 * only one entry is ever committed.
 */
final class LeaderCompleteness implements Logs.Reader {
  private final TreeMap<GroupId, TreeMap<Long, Committed>> groups = new TreeMap<>();

  /**
   * A committed entry.
   *
   * @param term of the entry
   * @param seenIn the term of the first replica known to call it committed: it was committed by
   *     then. Only leaders of later terms must have it: an old one may still win a late election
   */
  private record Committed(long term, long seenIn) {}

  @Override
  public void changed(Sight replica, GroupStatus before, GroupProbe log, long known) {
    TreeMap<Long, Committed> committed =
        groups.computeIfAbsent(replica.group, absent -> new TreeMap<>());
    GroupStatus now = replica.status();
    if (now.isLeader() && !before.isLeader()) {
      check(replica, log, committed);
    }
    long base = log.windowBase().index();
    long from = Math.max(base, known == 0 ? 0 : before.commitIndex());
    for (long index = from + 1; index <= now.commitIndex(); index++) {
      commit(replica, log.window().get((int) (index - base - 1)), committed);
    }
  }

  private static void commit(Sight replica, Entry entry, Map<Long, Committed> committed) {
    Committed mine = new Committed(entry.term(), replica.status().term());
    Committed first = committed.putIfAbsent(entry.index(), mine);
    Check.that(
        first == null || first.term() == entry.term(),
        "leader completeness: %s commits %s, another replica %s",
        replica,
        entry.position(),
        first);
  }

  private static void check(Sight leader, GroupProbe log, NavigableMap<Long, Committed> committed) {
    for (Map.Entry<Long, Committed> each : committed.descendingMap().entrySet()) {
      long index = each.getKey();
      if (index <= log.windowBase().index()) {
        return;
      }
      boolean isOwed = each.getValue().seenIn() < leader.status().term();
      Check.that(
          !isOwed || Logs.termAt(log, index) == each.getValue().term(),
          "leader completeness: %s leads term %d without %s at index %d",
          leader,
          leader.status().term(),
          each.getValue(),
          index);
    }
  }
}
