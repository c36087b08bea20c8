package io.flotilla.bench.judge;

import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupStatus;
import io.flotilla.shardctrler.service.ControllerRole;

/** One replica as it was last seen, in one life of its node. Mutable, owned by who looks. */
public final class Sight {
  /** Where it is. */
  public final Home home;

  /** Which life of the node, from 1. */
  public final int life;

  /** Which group. */
  public final GroupId group;

  /** A closer look at it. */
  public final Insight insight;

  private GroupStatus status;

  /** A replica that was just opened. */
  public Sight(Home home, int life, GroupId group, Insight insight, GroupStatus status) {
    this.home = home;
    this.life = life;
    this.group = group;
    this.insight = insight;
    this.status = status;
  }

  /** How it stood when it was last seen. */
  public GroupStatus status() {
    return status;
  }

  /** Takes in how it stands now; returns how it stood before. */
  public GroupStatus see(GroupStatus now) {
    GroupStatus before = status;
    status = now;
    return before;
  }

  /** Whether this is a replica of the controller, and not of a group of shards. */
  public boolean isController() {
    return group.equals(ControllerRole.GROUP);
  }

  /** Index of the last entry applied when it was last seen. */
  public long applied() {
    return status.applied().index();
  }

  @Override
  public String toString() {
    return "group " + group + " on node" + home.node();
  }
}
