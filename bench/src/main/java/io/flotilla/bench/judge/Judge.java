package io.flotilla.bench.judge;

import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.core.message.Message;

/**
 * One rule that holds at every step of every run; it throws if it does not. Called between events,
 * so what it sees is never half done; only {@link #sent} is called in the middle of one.
 */
public interface Judge {
  /** A replica was opened: created, or recovered by a new life of its node. */
  default void opened(Sight replica) {}

  /** Role, term or a position of a replica has changed; {@code replica} has the new status. */
  default void changed(Sight replica, GroupStatus before) {}

  /** A message leaves {@code from}, whose replica of {@code group} is in {@code term} just now. */
  default void sent(Home from, int to, GroupId group, Message message, long term) {}
}
