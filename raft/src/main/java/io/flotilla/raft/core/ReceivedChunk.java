package io.flotilla.raft.core;

import io.flotilla.raft.core.message.Message;

/** A piece of a snapshot, sent by the leader of the current term and still wanted. */
public record ReceivedChunk(int from, Message.SnapshotChunk chunk) {}
