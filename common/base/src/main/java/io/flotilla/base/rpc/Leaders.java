package io.flotilla.base.rpc;

import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import java.util.TreeMap;

/**
 * Which member of another group to ask next: the one that led when last heard, and after a failure
 * the one after it, so that a dead member is not asked for ever. Owned by the loop.
 */
public final class Leaders {
  private final TreeMap<Integer, Integer> turns = new TreeMap<>();

  /** The member to ask; the group has at least one. */
  public NodeAddress guess(GroupMembers group) {
    int turn = turns.getOrDefault(group.gid(), 0);
    return group.nodes().get(Math.floorMod(turn, group.nodes().size()));
  }

  /** {@code leader} leads, for all that is known; 0: the member asked last does not. */
  public void led(GroupMembers group, int leader) {
    for (int i = 0; i < group.nodes().size(); i++) {
      if (group.nodes().get(i).node() == leader) {
        turns.put(group.gid(), i);
        return;
      }
    }
    failed(group);
  }

  /** The member asked last gave no answer. */
  public void failed(GroupMembers group) {
    turns.merge(group.gid(), 1, Integer::sum);
  }
}
