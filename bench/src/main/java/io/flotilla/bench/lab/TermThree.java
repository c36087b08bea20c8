package io.flotilla.bench.lab;

import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.core.CoreConfig;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.sim.Simulation;

/** Where the lecture's log tables begin: three servers, S3 leads term 3, the log ends at 9. */
final class TermThree {
  /** The last entry everybody has. */
  static final long COMMON = 9;

  /** No entry arrives anywhere. */
  static final Loss APPENDS_LOST = (from, to, message) -> carriesEntries(message);

  private TermThree() {}

  static LabGroup begin(long seed) {
    LabGroup group = new LabGroup(new Simulation(seed), 3, CoreConfig.from(RaftConfig.DEFAULT));
    group.elect(1, () -> {});
    fill(group, 1, 4);
    group.elect(2, () -> group.crash(1));
    group.restart(1);
    fill(group, 2, COMMON - 1);
    group.elect(3, () -> group.crash(2));
    group.restart(2);
    group.until(5_000, group::isSettled);
    // So that the heartbeats have told everybody what is committed.
    group.runMillis(2 * RaftConfig.DEFAULT.heartbeatNanos() / LabGroup.MILLI);
    return group;
  }

  /** No entry arrives at {@code lost}. */
  static Loss appendsLostTo(int lost) {
    return (from, to, message) -> to == lost && carriesEntries(message);
  }

  static boolean carriesEntries(Message message) {
    return message instanceof AppendEntries append && !append.entries().isEmpty();
  }

  private static void fill(LabGroup group, int leader, long last) {
    while (group.replica(leader).status().last().index() < last) {
      group.propose(leader, "x");
    }
    group.until(5_000, group::isSettled);
  }
}
