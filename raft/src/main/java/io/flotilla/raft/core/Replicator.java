package io.flotilla.raft.core;

import io.flotilla.base.check.Check;
import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.AppendReply;
import java.util.List;

/**
 * Sends a leader's log to its peers: from memory, else from what the host fetches, else by a
 * snapshot.
 */
final class Replicator {
  private final Replica replica;
  private final RaftLog log;
  private final CoreConfig config;

  Replicator(Replica replica) {
    this.replica = replica;
    this.log = replica.log();
    this.config = replica.config();
  }

  /** Lowest index that can still be sent, with the position before it known. */
  long firstSendable() {
    return Math.min(log.base().index(), log.compacted().index()) + 1;
  }

  /** Sends all that bounds allow. In PROBE an empty message asks too. */
  void replicate(Progress peer) {
    while (peer.wants(log.lastIndex())) {
      sendNext(peer);
    }
  }

  /** Asks whether everything sent has arrived; a refusal says where to go on. */
  void ask(Progress peer) {
    long term = termBefore(peer);
    if (term != RaftLog.TERM_UNKNOWN) {
      transmit(peer, new LogPosition(term, peer.next() - 1), List.of());
    }
  }

  /** What the host has read for a peer; nothing means that the disk no longer has it. */
  void fetched(Progress peer, long fromIndex, List<Entry> entries) {
    if (peer.fetchingFrom() != fromIndex) {
      return;
    }
    peer.fetched();
    boolean wanted = fromIndex == peer.next() || fromIndex == peer.next() - 1;
    if (!wanted || !peer.maySend()) {
      return;
    }
    if (entries.isEmpty()) {
      snapshot(peer);
      return;
    }
    Check.that(entries.get(0).index() == fromIndex, "fetched from %d", entries.get(0).index());
    if (fromIndex == peer.next()) {
      // A refusal may have moved the peer here while more was fetched for it: then what stands
      // before is not known, and the next fetch brings it along.
      if (peer.previous().index() == fromIndex - 1) {
        send(peer, peer.previous(), entries);
      }
      return;
    }
    LogPosition previous = entries.get(0).position();
    peer.previousIs(previous);
    if (entries.size() > 1) {
      send(peer, previous, entries.subList(1, entries.size()));
    }
  }

  /**
   * Where the logs may still match after a refusal (end of 5.3): after the last own entry of the
   * conflicting term if there is one, else before all of that term there.
   */
  long retryAt(AppendReply refusal) {
    LogPosition conflict = refusal.conflict();
    if (conflict.term() == 0) {
      return conflict.index();
    }
    long lastOfTerm = log.firstIndexOfTerm(conflict.term() + 1) - 1;
    return log.termAt(lastOfTerm) == conflict.term()
        ? Math.max(conflict.index(), lastOfTerm + 1)
        : conflict.index();
  }

  private void sendNext(Progress peer) {
    if (peer.next() < firstSendable()) {
      snapshot(peer);
      return;
    }
    long term = termBefore(peer);
    if (term == RaftLog.TERM_UNKNOWN) {
      // One entry more, for the position before the first.
      fetch(peer, peer.next() - 1);
    } else if (peer.next() <= log.base().index()) {
      peer.previousIs(new LogPosition(term, peer.next() - 1));
      fetch(peer, peer.next());
    } else {
      send(
          peer,
          new LogPosition(term, peer.next() - 1),
          log.entriesFrom(peer.next(), config.maxEntriesPerMessage(), config.maxBytesPerMessage()));
    }
  }

  private long termBefore(Progress peer) {
    long index = peer.next() - 1;
    return peer.previous().index() == index && index > 0
        ? peer.previous().term()
        : log.termAt(index);
  }

  private void fetch(Progress peer, long fromIndex) {
    peer.fetching(fromIndex);
    long to = Math.min(log.base().index(), fromIndex + config.maxEntriesPerMessage()) + 1;
    replica.out().fetch(new FetchRequest(peer.peer(), fromIndex, to, config.maxBytesPerMessage()));
  }

  private void snapshot(Progress peer) {
    peer.needsSnapshot();
    // Who is leaving is told so if that is cheap; a snapshot is not.
    if (!peer.farewell().hasBegun()) {
      replica.out().snapshotTo(peer.peer());
    }
  }

  private void send(Progress peer, LogPosition previous, List<Entry> entries) {
    long bytes = 0;
    for (int i = 0; i < entries.size(); i++) {
      bytes += entries.get(i).sizeBytes();
    }
    LogPosition last = entries.isEmpty() ? previous : entries.get(entries.size() - 1).position();
    transmit(peer, previous, entries);
    peer.sent(last, bytes);
  }

  private void transmit(Progress peer, LogPosition previous, List<Entry> entries) {
    long commit = Math.min(log.commitIndex(), previous.index() + entries.size());
    replica
        .out()
        .sendNow(peer.peer(), new AppendEntries(replica.term(), previous, entries, commit));
  }
}
