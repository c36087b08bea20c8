package io.flotilla.base.shard;

import io.flotilla.base.check.Check;
import java.util.List;

/**
 * The replicas of one group.
 *
 * @param gid group id, at least 1 (0 is the controller's own group)
 * @param incarnation grows each time the gid joins anew after it left
 * @param nodes its voters
 */
public record GroupMembers(int gid, long incarnation, List<NodeAddress> nodes) {
  public GroupMembers {
    Check.that(gid >= 1, "gid %d", gid);
    nodes = List.copyOf(nodes);
  }
}
