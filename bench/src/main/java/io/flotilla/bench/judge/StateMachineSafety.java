package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupStatus;
import java.util.TreeMap;

/** No two replicas of a group apply different entries at the same index (5.4.3). */
final class StateMachineSafety implements Judge {
  private final TreeMap<GroupId, TreeMap<Long, Long>> terms = new TreeMap<>();

  @Override
  public void opened(Sight replica) {
    compare(replica);
  }

  @Override
  public void changed(Sight replica, GroupStatus before) {
    if (replica.applied() != before.applied().index()) {
      compare(replica);
    }
  }

  private void compare(Sight replica) {
    if (replica.applied() == 0) {
      return;
    }
    long term = replica.status().applied().term();
    Long first =
        terms
            .computeIfAbsent(replica.group, absent -> new TreeMap<>())
            .putIfAbsent(replica.applied(), term);
    Check.that(
        first == null || first == term,
        "state machine safety: %s has applied an entry of term %d at index %d, others one of %s",
        replica,
        term,
        replica.applied(),
        first);
  }
}
