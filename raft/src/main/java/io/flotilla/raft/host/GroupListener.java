package io.flotilla.raft.host;

import io.flotilla.raft.GroupStatus;

/** Hears of role, term, leader and membership changes of one replica, on the group's loop. */
public interface GroupListener {
  /** A listener that does nothing. */
  GroupListener NONE = status -> {};

  /** The replica's role, term, leader or membership has changed to {@code status}. */
  void onStatus(GroupStatus status);
}
