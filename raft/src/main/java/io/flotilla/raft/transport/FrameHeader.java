package io.flotilla.raft.transport;

/**
 * Who speaks to whom; checked before anything in a frame is looked at, so that a message of another
 * cluster or of a wiped disk can never raise a term.
 *
 * @param cluster cluster id
 * @param from sender's node id
 * @param fromStore id of the sender's data directory
 * @param boot drawn anew at each start of the sender
 * @param to receiver's node id
 */
public record FrameHeader(String cluster, int from, long fromStore, long boot, int to) {}
