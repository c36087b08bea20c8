package io.flotilla.raft.wal;

import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.Entry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Copies what cold groups still need out of the oldest segment, so that it can go.
 *
 * <p>The copies ride in batches that are written anyway, and no more bytes are copied than are
 * appended: the log is written at most twice as much as it is asked to, whatever pins it. Log loop
 * only.
 */
final class WalCleaner {
  private final WalConfig config;
  private final EntryReader reader;
  private final Deque<GroupIndex> cold = new ArrayDeque<>();
  private long target;
  private long credit;

  WalCleaner(WalConfig config, EntryReader reader) {
    this.config = config;
    this.reader = reader;
  }

  /** This much was appended, and pays for as much to be carried. */
  void earn(int bytes) {
    credit = Math.min(config.segmentBytes(), credit + bytes);
  }

  /** Puts live records of the oldest segment into {@code batch}, which must be empty. */
  void addTo(Batch batch, LogTail tail, LogIndex index) throws DiskException {
    if (tail.segmentCount() <= config.maxSegments()) {
      return;
    }
    Segment oldest = tail.oldest();
    if (target != oldest.id()) {
      target = oldest.id();
      cold.clear();
      for (GroupIndex group : index.all()) {
        if (group.pins(oldest)) {
          cold.add(group);
        }
      }
    }
    while (!cold.isEmpty() && credit > 0 && carry(cold.peek(), oldest, batch)) {
      cold.remove();
    }
    credit -= batch.isEmpty() ? 0 : batch.length();
  }

  /** Returns whether nothing of the group stays behind. */
  private boolean carry(GroupIndex group, Segment from, Batch batch) throws DiskException {
    boolean fits = true;
    if (group.hardPins(from)) {
      WalRecord record = new WalRecord.Hard(group.group(), group.hardState());
      fits = batch.add(group, RecordKind.HARD, record);
    }
    if (group.compactedPins(from)) {
      WalRecord record = new WalRecord.Compacted(group.group(), group.compacted());
      fits &= batch.add(group, RecordKind.COMPACTED, record);
    }
    for (GroupIndex.Run run : group.runs()) {
      if (!fits || batch.length() > config.carryBytes()) {
        return false;
      }
      if (run.segment() == from) {
        List<Entry> live = reader.read(group, run.first(), run.last() + 1, Integer.MAX_VALUE);
        WalRecord.Entries record = new WalRecord.Entries(group.group(), live);
        int taken = 0;
        while (fits && taken < live.size()) {
          int next =
              batch.addEntries(group, RecordKind.CARRIED, record, taken, config.maxRecordBytes());
          fits = next > taken;
          taken = next;
        }
      }
    }
    return fits;
  }
}
