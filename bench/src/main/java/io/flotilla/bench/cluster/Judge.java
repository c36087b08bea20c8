package io.flotilla.bench.cluster;

import io.flotilla.raft.GroupStatus;

/**
 * One rule that holds at every step of every run; it throws if it does not. Called between events,
 * so what it sees is never half done.
 */
interface Judge {
  /** A replica was opened: created, or recovered by a new life of its node. */
  default void opened(Sight replica) {}

  /** Role, term or a position of a replica has changed; {@code replica} has the new status. */
  default void changed(Sight replica, GroupStatus before) {}
}
