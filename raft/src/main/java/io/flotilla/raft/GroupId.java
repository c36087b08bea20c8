package io.flotilla.raft;

/**
 * A Raft group in one of its lives. A group that is removed and created again under the same gid is
 * another group: messages and log records of the old one mean nothing to it.
 *
 * @param gid group number; 0 is the controller's group
 * @param incarnation grows with each life
 */
public record GroupId(int gid, long incarnation) implements Comparable<GroupId> {
  @Override
  public int compareTo(GroupId other) {
    int byGid = Integer.compare(gid, other.gid);
    return byGid != 0 ? byGid : Long.compare(incarnation, other.incarnation);
  }

  @Override
  public String toString() {
    return gid + "." + incarnation;
  }
}
