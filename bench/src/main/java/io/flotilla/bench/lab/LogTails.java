package io.flotilla.bench.lab;

import io.flotilla.raft.Entry;
import java.util.List;

/** Terms of the last entries of logs, as the lecture's tables have them. */
final class LogTails {
  private LogTails() {}

  /** Every server's log from {@code index} on, S1 first. */
  static List<List<Long>> from(LabGroup group, long index) {
    return group.replicas().stream().map(replica -> of(group, replica.id(), index)).toList();
  }

  /** One server's log from {@code index} on. */
  static List<Long> of(LabGroup group, int id, long index) {
    return group.replica(id).log().stream()
        .filter(entry -> entry.index() >= index)
        .map(Entry::term)
        .toList();
  }
}
