package io.flotilla.bench.judge;

import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.core.message.Message;
import java.util.List;
import java.util.function.Predicate;

/**
 * Asks judges about groups only as long as these exist. One that has left has no log to keep: its
 * nodes delete it, and one with an old map may even create it again, empty and for nobody.
 */
final class LivingGroups implements Judge {
  private final Predicate<GroupId> isGone;
  private final List<Judge> judges;

  LivingGroups(Predicate<GroupId> isGone, List<Judge> judges) {
    this.isGone = isGone;
    this.judges = List.copyOf(judges);
  }

  @Override
  public void opened(Sight replica) {
    if (!isGone.test(replica.group)) {
      judges.forEach(judge -> judge.opened(replica));
    }
  }

  @Override
  public void changed(Sight replica, GroupStatus before) {
    if (!isGone.test(replica.group)) {
      judges.forEach(judge -> judge.changed(replica, before));
    }
  }

  @Override
  public void sent(Home from, int to, GroupId group, Message message, long term) {
    if (!isGone.test(group)) {
      judges.forEach(judge -> judge.sent(from, to, group, message, term));
    }
  }
}
