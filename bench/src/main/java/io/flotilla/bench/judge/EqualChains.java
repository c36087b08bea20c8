package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupStatus;
import java.util.TreeMap;

/** Replicas that have applied the same position of the same group have had the same effects. */
final class EqualChains implements Judge {
  private final TreeMap<GroupId, TreeMap<Long, Long>> chains = new TreeMap<>();

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
    if (replica.applied() == 0 || replica.isController()) {
      return;
    }
    long chain = replica.insight.chain();
    Long first =
        chains
            .computeIfAbsent(replica.group, absent -> new TreeMap<>())
            .putIfAbsent(replica.applied(), chain);
    Check.that(
        first == null || first == chain,
        "equal chains: %s had other effects than others up to index %d",
        replica,
        replica.applied());
  }
}
