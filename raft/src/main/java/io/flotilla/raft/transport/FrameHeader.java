package io.flotilla.raft.transport;

/**
 * Who speaks to whom; checked before anything in a frame is looked at, so that a message of another
 * cluster, of a wiped disk or of a life that is over can never raise a term.
 *
 * @param cluster cluster id
 * @param from sender's node id
 * @param fromStore id of the sender's data directory
 * @param boot grows with each start of the sender on that directory
 * @param to receiver's node id
 * @param toStore id of the data directory the receiver is known by
 */
public record FrameHeader(
    String cluster, int from, long fromStore, long boot, int to, long toStore) {}
