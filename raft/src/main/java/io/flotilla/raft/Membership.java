package io.flotilla.raft;

import io.flotilla.base.check.Check;
import java.util.List;

/**
 * Who takes part in a group, by node id, ascending.
 *
 * @param voters the voters; in a joint membership the incoming ones
 * @param outgoing the voters of the old half of a joint membership; empty otherwise
 * @param learners receive the log and count for nothing
 */
public record Membership(List<Integer> voters, List<Integer> outgoing, List<Integer> learners) {
  /** Nobody: a replica created for a later membership, which may not campaign. */
  public static final Membership NONE = new Membership(List.of(), List.of(), List.of());

  public Membership {
    voters = voters.stream().sorted().distinct().toList();
    outgoing = outgoing.stream().sorted().distinct().toList();
    learners = learners.stream().sorted().distinct().toList();
    Check.that(learners.stream().noneMatch(voters::contains), "learners that vote");
  }

  /** A membership of voters only. */
  public static Membership of(List<Integer> voters) {
    return new Membership(voters, List.of(), List.of());
  }

  /** Whether two majorities are needed now (section 6). */
  public boolean isJoint() {
    return !outgoing.isEmpty();
  }
}
