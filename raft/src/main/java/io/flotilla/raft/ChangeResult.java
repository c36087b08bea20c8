package io.flotilla.raft;

import java.util.List;

/** How a change of a group's membership ended. */
public sealed interface ChangeResult {
  /** In force and committed; both halves of the joint membership between are left behind. */
  record Done(Membership membership) implements ChangeResult {}

  /**
   * Never begun: this replica does not lead.
   *
   * @param leader node id of the leader as far as known, 0 if not
   */
  record NotLeader(int leader) implements ChangeResult {}

  /** Never begun: another change or a transfer is under way, or the term has committed nothing. */
  record Busy(String why) implements ChangeResult {}

  /** Never begun: no group can have such a membership. */
  record Invalid(String why) implements ChangeResult {}

  /**
   * Given up before any vote changed hands: these new voters did not catch up. They stay learners,
   * so that the same change asked for again goes on where this one stopped.
   */
  record NotCaughtUp(List<Integer> nodes) implements ChangeResult {
    public NotCaughtUp {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * Leadership was lost on the way. The change may stop at any of its steps; a joint membership is
   * left by whoever leads next. Asking for the same membership again is always right.
   */
  record Unknown() implements ChangeResult {}
}
