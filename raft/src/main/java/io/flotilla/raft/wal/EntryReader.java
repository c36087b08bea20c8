package io.flotilla.raft.wal;

import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.Entry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads entries back from where the index says they stand, checksums verified.
 *
 * <p>One buffer, used again, as long as the longest record met. Log loop only.
 */
final class EntryReader {
  private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

  /**
   * The entries from {@code from} on, before {@code to}, without a gap, at most about {@code
   * maxBytes} of them but one of any size; empty if {@code from} is not in the log.
   */
  List<Entry> read(GroupIndex group, long from, long to, int maxBytes) throws DiskException {
    List<Entry> entries = new ArrayList<>();
    int left = maxBytes;
    long next = from;
    List<GroupIndex.Run> runs = group.runs();
    for (int i = group.find(from); i < runs.size() && next < to && left > 0; i++) {
      GroupIndex.Run run = runs.get(i);
      if (run.first() > next) {
        break;
      }
      left = read(group, run, next, Math.min(to - 1, run.last()), left, entries);
      next = from + entries.size();
    }
    return entries;
  }

  private int read(
      GroupIndex group, GroupIndex.Run run, long from, long to, int budget, List<Entry> target)
      throws DiskException {
    load(run);
    Optional<RecordCodec.View> view = RecordCodec.view(buffer, 0, buffer.limit());
    if (view.isEmpty() || !holds(view.get(), group, run)) {
      String name = Segment.name(run.segment().id());
      throw new DiskException.Broken(
          "log record of group " + group.group() + " unreadable: " + name + " at " + run.offset());
    }
    return RecordCodec.entries(buffer, view.get(), from, to, budget, target);
  }

  private boolean holds(RecordCodec.View view, GroupIndex group, GroupIndex.Run run) {
    boolean isEntries = view.kind() == RecordKind.ENTRIES || view.kind() == RecordKind.CARRIED;
    if (!isEntries || !view.group().equals(group.group())) {
      return false;
    }
    long first = RecordCodec.firstIndex(buffer, view);
    return first <= run.first() && first + RecordCodec.entryCount(buffer, view) > run.last();
  }

  private void load(GroupIndex.Run run) throws DiskException {
    if (buffer.capacity() < run.bytes()) {
      buffer = ByteBuffer.allocateDirect(run.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    }
    buffer.clear().limit(run.bytes());
    if (!run.segment().read(run.offset(), buffer)) {
      String name = Segment.name(run.segment().id());
      throw new DiskException.Broken("log ends before " + run.offset() + " of " + name);
    }
    buffer.flip();
  }
}
