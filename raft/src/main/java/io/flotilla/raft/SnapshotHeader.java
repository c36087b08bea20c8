package io.flotilla.raft;

/**
 * What a checkpoint or snapshot stands for.
 *
 * @param position the last entry it contains
 * @param membership the group's membership as of that entry
 */
public record SnapshotHeader(LogPosition position, Membership membership) {
  /** The state before any entry. */
  public static final SnapshotHeader NONE = new SnapshotHeader(LogPosition.ZERO, Membership.NONE);
}
