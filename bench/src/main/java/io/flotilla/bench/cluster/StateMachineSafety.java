package io.flotilla.bench.cluster;

import io.flotilla.base.check.Check;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupStatus;
import io.flotilla.shardkv.group.KvMachine;
import java.util.TreeMap;

/** Replicas that have applied the same position of the same group have had the same effects. */
final class StateMachineSafety implements Judge {
  private record Applied(long term, long chain) {}

  private final TreeMap<GroupId, TreeMap<Long, Applied>> applied = new TreeMap<>();

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
    Applied mine =
        new Applied(
            replica.status.applied().term(), replica.machine.map(KvMachine::chain).orElse(0L));
    Applied first =
        applied
            .computeIfAbsent(replica.group, absent -> new TreeMap<>())
            .putIfAbsent(replica.applied(), mine);
    Check.that(
        first == null || first.equals(mine),
        "state machine safety: %s has %s at index %d, others have %s",
        replica,
        mine,
        replica.applied(),
        first);
  }
}
