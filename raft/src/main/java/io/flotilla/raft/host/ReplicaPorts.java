package io.flotilla.raft.host;

import io.flotilla.base.Meter;
import io.flotilla.raft.snapshot.SnapshotLoops;
import io.flotilla.raft.transport.PeerLinks;

/**
 * What a replica is given by its node.
 *
 * @param turns wakes the loop's next turn
 * @param links carries messages to peers
 * @param snapshotLoops where transfers run
 * @param meter what is counted
 * @param firstForwardedRead drawn anew for each replica that is opened
 */
record ReplicaPorts(
    Turns turns,
    PeerLinks links,
    SnapshotLoops snapshotLoops,
    Meter meter,
    long firstForwardedRead) {}
