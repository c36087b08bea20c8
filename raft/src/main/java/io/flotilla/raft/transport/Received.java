package io.flotilla.raft.transport;

import io.flotilla.raft.GroupId;
import io.flotilla.raft.core.message.Message;

/** Takes the messages of a frame, in order, on the node's loop. */
public interface Received {
  /** {@code message} came from {@code from} for {@code group}. */
  void onMessage(GroupId group, int from, Message message);
}
