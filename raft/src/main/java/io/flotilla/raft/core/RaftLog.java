package io.flotilla.raft.core;

import io.flotilla.base.check.Check;
import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import java.util.List;

/**
 * One replica's log: a tail of it in memory, and how far it is written, durable, committed, handed
 * out and applied.
 *
 * <pre>
 *  ... on disk only ... | window: tail bytes ... applied ... committed ... persisted ... last
 *                       base
 * </pre>
 *
 * <p>What is not applied or not durable is always in the window; behind it {@code tailBytes} are
 * kept for followers a little late. Everything before the window is committed, durable and can be
 * fetched from disk back to {@code compacted}.
 */
final class RaftLog {
  /** Answer for an index whose term is not known in memory; no entry has it. */
  static final long TERM_UNKNOWN = -1;

  private final LogWindow window;
  private final MembershipHistory memberships;
  private LogPosition compacted;
  private LogPosition applied;
  private LogPosition persisted;
  private long commitIndex;
  private long handedToPersist;
  private long handedToApply;
  private long uncommittedBytes;
  private long unpersistedBytes;

  private final KeptTail kept;

  RaftLog(CoreStart start, long tailBytes) {
    this.compacted = start.snapshot().position();
    this.applied = compacted;
    this.window = new LogWindow(compacted);
    this.memberships = new MembershipHistory(compacted.index(), start.snapshot().membership());
    start.tail().forEach(this::hold);
    // SAFETY cut-entries-are-not-durable: durable ends where the log was cut
    this.persisted = window.last();
    // A crash may tear off entries that the hard state already counts as committed elsewhere.
    this.commitIndex =
        Math.max(compacted.index(), Math.min(start.hardState().commit(), window.lastIndex()));
    this.handedToPersist = window.lastIndex();
    this.handedToApply = compacted.index();
    this.kept = new KeptTail(compacted.index(), tailBytes);
    for (Entry entry : start.tail()) {
      uncommittedBytes += entry.index() > commitIndex ? entry.sizeBytes() : 0;
    }
  }

  MembershipHistory memberships() {
    return memberships;
  }

  LogPosition last() {
    return window.last();
  }

  long lastIndex() {
    return window.lastIndex();
  }

  LogPosition base() {
    return window.base();
  }

  LogPosition compacted() {
    return compacted;
  }

  LogPosition applied() {
    return applied;
  }

  LogPosition persisted() {
    return persisted;
  }

  long commitIndex() {
    return commitIndex;
  }

  /**
   * Bytes that cannot leave memory yet: not committed, or committed by others while the own disk is
   * behind. The larger of the two, since mostly they are the same entries.
   */
  long unsettledBytes() {
    return Math.max(uncommittedBytes, unpersistedBytes);
  }

  /** The term at {@code index}, or {@link #TERM_UNKNOWN}. */
  long termAt(long index) {
    if (window.holds(index)) {
      return window.at(index).term();
    }
    if (index == window.base().index()) {
      return window.base().term();
    }
    return index == compacted.index() ? compacted.term() : TERM_UNKNOWN;
  }

  /** Whether the log is known to have exactly this entry. */
  boolean has(LogPosition position) {
    return termAt(position.index()) == position.term();
  }

  /** The first index in memory whose term is at least {@code term}. */
  long firstIndexOfTerm(long term) {
    return window.firstIndexOfTerm(term);
  }

  /** Appends one entry. */
  void append(Entry entry) {
    hold(entry);
    uncommittedBytes += entry.sizeBytes();
    unpersistedBytes += entry.sizeBytes();
  }

  /** Drops the entries from {@code index} on, which a newer leader does not have (5.3). */
  void truncateFrom(long index) {
    Check.that(index > commitIndex, "truncating committed entry %d", index);
    for (long i = index; i <= window.lastIndex(); i++) {
      int size = window.at(i).sizeBytes();
      uncommittedBytes -= size;
      unpersistedBytes -= i > persisted.index() ? size : 0;
    }
    window.truncateFrom(index);
    memberships.truncateFrom(index);
    // SAFETY replaced-entries-are-written: what replaces a suffix is written too
    handedToPersist = Math.min(handedToPersist, index - 1);
    if (persisted.index() >= index) {
      persisted = window.last();
    }
  }

  /** Raises the commit index; never lowers it. */
  void commitTo(long index) {
    Check.that(index <= window.lastIndex(), "committing %d beyond the log", index);
    for (long i = commitIndex + 1; i <= index; i++) {
      uncommittedBytes -= window.at(i).sizeBytes();
    }
    commitIndex = Math.max(commitIndex, index);
  }

  /** Entries not yet handed out to be written. */
  List<Entry> takeToPersist() {
    List<Entry> entries =
        window.slice(handedToPersist + 1, window.lastIndex(), Integer.MAX_VALUE, Long.MAX_VALUE);
    handedToPersist = window.lastIndex();
    return entries;
  }

  boolean hasToPersist() {
    return handedToPersist < window.lastIndex();
  }

  /** Committed entries not yet handed out to be applied. */
  List<Entry> takeToApply(long maxBytes) {
    List<Entry> entries = window.slice(handedToApply + 1, commitIndex, Integer.MAX_VALUE, maxBytes);
    handedToApply += entries.size();
    return entries;
  }

  boolean hasToApply() {
    return handedToApply < commitIndex;
  }

  /**
   * Everything up to {@code position} is durable. A write that came true after its entry had been
   * replaced says nothing. (An entry that was replaced and came back could be called durable too
   * early; no leader counts on it: it counts only entries of its own term, which it wrote once.)
   */
  void persisted(LogPosition position) {
    // SAFETY late-writes-say-nothing: a write of a replaced entry makes nothing durable
    if (position.index() > persisted.index() && has(position)) {
      settlePersisted(position);
      trim();
    }
  }

  /** Everything up to {@code position} is applied. */
  void applied(LogPosition position) {
    if (position.index() <= applied.index()) {
      return;
    }
    Check.that(position.index() <= handedToApply, "applied %d unasked", position.index());
    applied = position;
    memberships.forgetBefore(position.index());
    trim();
  }

  /** A durable checkpoint covers everything up to {@code position}; the disk may forget it. */
  void compacted(LogPosition position) {
    if (position.index() > compacted.index()) {
      compacted = position;
    }
  }

  /**
   * A snapshot from the leader, ahead of what is applied, is in force. Entries after it stay if the
   * log has its last entry: they may have been acknowledged, and what was acknowledged must not be
   * forgotten. Otherwise nothing from there on can be committed, and all of it goes (section 7).
   */
  void snapshotInstalled(SnapshotHeader header) {
    LogPosition position = header.position();
    if (!has(position) || position.index() == window.lastIndex()) {
      window.reset(position);
      memberships.truncateFrom(0);
      uncommittedBytes = 0;
      unpersistedBytes = 0;
      commitIndex = position.index();
      persisted = position;
      handedToPersist = position.index();
      kept.reset(position.index());
    }
    memberships.replaceThrough(position.index(), header.membership());
    compacted(position);
    // None of these ever goes back, whatever was installed.
    commitTo(position.index());
    handedToApply = Math.max(handedToApply, position.index());
    applied = position.index() > applied.index() ? position : applied;
    if (position.index() > persisted.index()) {
      settlePersisted(position);
    }
    trim();
  }

  /** Entries for a follower, from {@code from} on, all in memory. */
  List<Entry> entriesFrom(long from, int maxEntries, long maxBytes) {
    return window.slice(from, window.lastIndex(), maxEntries, maxBytes);
  }

  /** A copy of what is in memory. */
  List<Entry> windowEntries() {
    return window.slice(
        window.base().index() + 1, window.lastIndex(), Integer.MAX_VALUE, Long.MAX_VALUE);
  }

  /** A membership is in force as soon as its entry is here (section 6). */
  private void hold(Entry entry) {
    window.append(entry);
    if (entry.kind() == Entry.Kind.MEMBERSHIP) {
      memberships.append(entry.index(), Membership.parse(entry.data()).orElseThrow());
    }
  }

  private void settlePersisted(LogPosition position) {
    for (long i = persisted.index() + 1; i <= position.index(); i++) {
      unpersistedBytes -= window.at(i).sizeBytes();
    }
    persisted = position;
  }

  private void trim() {
    // An installed snapshot settles entries that were not even handed out to be written.
    long settled = Math.min(Math.min(applied.index(), persisted.index()), handedToPersist);
    window.dropThrough(kept.surplus(window, settled));
  }
}
