package io.flotilla.raft.core;

import io.flotilla.raft.ChangeResult;
import io.flotilla.raft.Entry;
import io.flotilla.raft.TransferResult;
import io.flotilla.raft.core.log.HardState;
import java.util.List;
import java.util.Optional;

/**
 * What must now happen for one group, in the order of the fields where order matters: {@code
 * sendNow} may leave at once; {@code hardState} and {@code entries} become durable together; only
 * then, and after everything of earlier values is durable, may {@code sendAfterPersist} leave.
 *
 * @param hardState to be persisted; empty if neither term nor vote changed and no commit index
 *     rides along with entries
 * @param entries to be appended; a first index at or below the last one of the log replaces the
 *     suffix from there
 * @param sendNow messages that promise nothing
 * @param sendAfterPersist messages that promise what this or an earlier value makes durable; to be
 *     dropped if the term has moved on by then
 * @param committed entries to apply, in order, each handed out once
 * @param readGrants reads whose quorum round is complete
 * @param fetches entries to be read from the log on disk
 * @param snapshotsTo peers that need a snapshot; until {@link RaftCore#snapshotFailed} or a reply
 *     that says installed, they are sent nothing else
 * @param chunks accepted pieces of a snapshot
 * @param changeEnd how a membership change begun here has ended
 * @param transferEnd how a transfer of leadership begun here has ended without success
 * @param statusChanged role, term, leader or membership is another than at the last value
 */
public record Ready(
    Optional<HardState> hardState,
    List<Entry> entries,
    List<Outbound> sendNow,
    List<Outbound> sendAfterPersist,
    List<Entry> committed,
    List<ReadGrant> readGrants,
    List<FetchRequest> fetches,
    List<Integer> snapshotsTo,
    List<ReceivedChunk> chunks,
    Optional<ChangeResult> changeEnd,
    Optional<TransferResult> transferEnd,
    boolean statusChanged) {}
