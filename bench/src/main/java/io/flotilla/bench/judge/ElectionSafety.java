package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupStatus;
import java.util.TreeMap;

/** At most one leader is elected in a term of a group. */
final class ElectionSafety implements Judge {
  private final TreeMap<GroupId, TreeMap<Long, Integer>> leaders = new TreeMap<>();

  @Override
  public void changed(Sight replica, GroupStatus before) {
    if (replica.status().isLeader()) {
      Integer other =
          leaders
              .computeIfAbsent(replica.group, absent -> new TreeMap<>())
              .putIfAbsent(replica.status().term(), replica.home.node());
      Check.that(
          other == null || other.equals(replica.home.node()),
          "election safety: node %s leads term %d, which %s leads",
          other,
          replica.status().term(),
          replica);
    }
  }
}
