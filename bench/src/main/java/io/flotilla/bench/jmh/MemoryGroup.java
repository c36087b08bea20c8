package io.flotilla.bench.jmh;

import com.google.protobuf.ByteString;
import io.flotilla.base.check.Check;
import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.CoreConfig;
import io.flotilla.raft.core.CoreStart;
import io.flotilla.raft.core.Outbound;
import io.flotilla.raft.core.ProposeOutcome;
import io.flotilla.raft.core.RaftCore;
import io.flotilla.raft.core.Ready;
import io.flotilla.raft.core.log.HardState;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Three cores whose messages and writes take no time. One thread. */
final class MemoryGroup {
  private static final int SIZE = 3;

  private final List<RaftCore> cores = new ArrayList<>();
  private final CoreConfig config = CoreConfig.from(RaftConfig.DEFAULT);
  private int leader;
  private long applied;

  MemoryGroup() {
    SnapshotHeader birth = new SnapshotHeader(LogPosition.ZERO, Membership.of(List.of(1, 2, 3)));
    for (int node = 1; node <= SIZE; node++) {
      cores.add(
          new RaftCore(
              config,
              node,
              new SplittableRandom(node),
              new CoreStart(new HardState(0, 0, 0), birth, List.of())));
    }
    elect();
  }

  /** Proposes each command and carries messages until the leader has applied them all. */
  long commit(List<ByteString> commands) {
    RaftCore leading = cores.get(leader);
    long before = applied;
    for (ByteString command : commands) {
      Check.that(
          leading.propose(command) instanceof ProposeOutcome.Accepted, "refused in quiet times");
    }
    settle();
    Check.that(applied == before + commands.size(), "%d applied", applied - before);
    return applied;
  }

  private void elect() {
    for (RaftCore core : cores) {
      core.tick(1);
    }
    cores.get(leader).tick(1 + 2 * config.electionMaxNanos());
    settle();
    Check.that(cores.get(leader).status().isLeader(), "the first core leads");
  }

  private void settle() {
    boolean isBusy = true;
    while (isBusy) {
      isBusy = false;
      for (int at = 0; at < SIZE; at++) {
        if (cores.get(at).hasReady()) {
          isBusy = true;
          carryOut(at, cores.get(at).ready());
        }
      }
    }
  }

  private void carryOut(int at, Ready ready) {
    RaftCore core = cores.get(at);
    deliver(at, ready.sendNow());
    List<Entry> entries = ready.entries();
    if (!entries.isEmpty()) {
      core.persisted(entries.get(entries.size() - 1).position());
    }
    deliver(at, ready.sendAfterPersist());
    List<Entry> committed = ready.committed();
    if (!committed.isEmpty()) {
      LogPosition last = committed.get(committed.size() - 1).position();
      core.applied(last);
      core.compacted(last);
      if (at == leader) {
        applied = last.index();
      }
    }
  }

  private void deliver(int from, List<Outbound> messages) {
    for (Outbound out : messages) {
      cores.get(out.to() - 1).step(from + 1, out.message());
    }
  }
}
