package io.flotilla.raft.wal;

import io.flotilla.raft.GroupId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds out which groups may have had a record in batches that are damaged.
 *
 * <p>If only the body of a damaged batch is unreadable, its header names them. If a header is gone
 * too, a group is suspect when its record numbers have a hole or when it has no record behind the
 * damage, because then one may be missing without leaving a hole.
 */
final class SuspectGroups implements SegmentScan.Visitor {
  private final long firstDamaged;
  private final TreeMap<GroupId, Last> last = new TreeMap<>();
  private final TreeSet<GroupId> suspects = new TreeSet<>();
  private long expected;
  private long lastDamaged;
  private boolean nameless;

  /** A group's last record seen. */
  private record Last(long record, long batch) {}

  /** Looks for groups with a record in batch {@code firstDamaged} or a later one. */
  SuspectGroups(long firstDamaged) {
    this.firstDamaged = firstDamaged;
    this.expected = firstDamaged;
  }

  @Override
  public void batch(BatchHeader header, ByteBuffer buffer, int at) {
    missingBefore(header.number());
    boolean behind = header.number() >= firstDamaged;
    for (BatchHeader.Touched touched : header.groups()) {
      Last before = last.getOrDefault(touched.group(), new Last(0, 0));
      if (behind && touched.firstRecord() != before.record + 1) {
        suspects.add(touched.group());
      }
      long record = touched.firstRecord() + touched.records() - 1;
      last.put(touched.group(), new Last(record, header.number()));
    }
    expected = Math.max(expected, header.number() + 1);
  }

  @Override
  public void broken(BatchHeader header) {
    missingBefore(header.number());
    if (header.number() >= firstDamaged) {
      header.groups().forEach(touched -> suspects.add(touched.group()));
      lastDamaged = header.number();
      expected = Math.max(expected, header.number() + 1);
    }
  }

  /**
   * The suspects, when every segment was scanned; {@code syncedThrough} is known to have existed.
   */
  List<GroupId> found(long syncedThrough) {
    missingBefore(syncedThrough + 1);
    if (nameless) {
      for (GroupId group : last.keySet()) {
        if (last.getOrDefault(group, new Last(0, 0)).batch < lastDamaged) {
          suspects.add(group);
        }
      }
    }
    return new ArrayList<>(suspects);
  }

  private void missingBefore(long number) {
    if (number > expected) {
      nameless = true;
      lastDamaged = number - 1;
      expected = number;
    }
  }
}
