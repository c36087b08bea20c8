package io.flotilla.raft.core;

import io.flotilla.raft.core.message.Message;

/** A message and the node it goes to. */
public record Outbound(int to, Message message) {}
