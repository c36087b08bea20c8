package io.flotilla.raft.wal;

import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.log.HardState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What a log should hold, kept as plain lists: the second implementation, too dumb to be wrong. */
final class WalModel {
  private final TreeMap<GroupId, RecoveredGroup> groups = new TreeMap<>();

  static WalModel of(List<RecoveredGroup> recovered) {
    WalModel model = new WalModel();
    recovered.forEach(group -> model.groups.put(group.group(), group));
    return model;
  }

  List<RecoveredGroup> groups() {
    return new ArrayList<>(groups.values());
  }

  RecoveredGroup group(GroupId id) {
    RecoveredGroup none = new RecoveredGroup(id, HardState.NONE, LogPosition.ZERO, List.of());
    return groups.getOrDefault(id, none);
  }

  /** Takes in one record; every state a crash may leave behind is added to {@code states}. */
  void apply(WalRecord record, List<List<RecoveredGroup>> states) {
    if (record instanceof WalRecord.Entries appended) {
      for (Entry entry : appended.entries()) {
        append(record.group(), entry);
        states.add(groups());
      }
      return;
    }
    RecoveredGroup old = group(record.group());
    if (record instanceof WalRecord.Hard hard) {
      put(new RecoveredGroup(old.group(), hard.state(), old.compacted(), old.entries()));
    } else if (record instanceof WalRecord.Compacted mark) {
      LogPosition position = mark.position();
      List<Entry> left =
          old.entries().stream().filter(entry -> entry.index() > position.index()).toList();
      put(new RecoveredGroup(old.group(), old.hardState(), position, left));
    } else if (record instanceof WalRecord.Reset reset) {
      put(new RecoveredGroup(old.group(), old.hardState(), reset.position(), List.of()));
    } else {
      groups.remove(old.group());
    }
    states.add(groups());
  }

  private void append(GroupId id, Entry entry) {
    RecoveredGroup old = group(id);
    List<Entry> entries = new ArrayList<>(old.entries());
    entries.removeIf(known -> known.index() >= entry.index());
    entries.add(entry);
    put(new RecoveredGroup(id, old.hardState(), old.compacted(), entries));
  }

  private void put(RecoveredGroup group) {
    groups.put(group.group(), group);
  }
}
