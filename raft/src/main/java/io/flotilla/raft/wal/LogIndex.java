package io.flotilla.raft.wal;

import io.flotilla.raft.GroupId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The indices of all groups that have something in the log. Log loop only. */
final class LogIndex {
  private final TreeMap<GroupId, GroupIndex> groups = new TreeMap<>();

  /** The group's index, created if this is its first record. */
  GroupIndex of(GroupId group) {
    return groups.computeIfAbsent(group, GroupIndex::new);
  }

  Optional<GroupIndex> find(GroupId group) {
    return Optional.ofNullable(groups.get(group));
  }

  List<GroupIndex> all() {
    return new ArrayList<>(groups.values());
  }

  void forget(GroupIndex group) {
    groups.remove(group.group());
  }

  /** Takes in a record found at recovery; {@code at} is where in the segment it begins. */
  void replay(ByteBuffer in, RecordCodec.View view, Segment segment, int at) {
    GroupIndex group = of(view.group());
    group.sawRecord(view.number());
    switch (view.kind()) {
      case ENTRIES -> group.entries(run(in, view, segment, at));
      case CARRIED -> group.carried(run(in, view, segment, at));
      case HARD -> group.hard(RecordCodec.hardState(in, view), segment);
      case COMPACTED -> group.compacted(RecordCodec.position(in, view), segment);
      case RESET -> group.reset(RecordCodec.position(in, view), segment);
      case REMOVED -> {
        group.removed();
        forget(group);
      }
    }
  }

  private static GroupIndex.Run run(ByteBuffer in, RecordCodec.View view, Segment segment, int at) {
    long first = RecordCodec.firstIndex(in, view);
    long last = first + RecordCodec.entryCount(in, view) - 1;
    return new GroupIndex.Run(first, last, segment, at, view.bytes());
  }
}
