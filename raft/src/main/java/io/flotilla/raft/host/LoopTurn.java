package io.flotilla.raft.host;

import io.flotilla.base.runtime.EventLoop;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.Outbound;
import io.flotilla.raft.core.Ready;
import io.flotilla.raft.transport.PeerLinks;
import io.flotilla.raft.wal.WalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The order of a turn, for all groups that have something to say, in group order:
 *
 * <ol>
 *   <li>drain each core;
 *   <li>send what promises nothing, one frame a peer: the leader's entries travel while its own
 *       disk writes them (thesis 10.2.1);
 *   <li>append everything to the log as ONE batch; promises leave when it is durable;
 *   <li>apply what is committed, answer proposals and reads.
 * </ol>
 */
final class LoopTurn {
  private final EventLoop loop;
  private final PeerLinks links;
  private final Promises promises;
  private final LogReader log;

  LoopTurn(EventLoop loop, PeerLinks links, Promises promises, LogReader log) {
    this.loop = loop;
    this.links = links;
    this.promises = promises;
    this.log = log;
  }

  void run(List<GroupRunner<?>> runners) {
    List<WalRecord> records = new ArrayList<>();
    List<Promises.Promise> made = new ArrayList<>();
    List<Ready> readies = new ArrayList<>(runners.size());
    for (GroupRunner<?> runner : runners) {
      Ready ready = runner.takeReady(records);
      readies.add(ready);
      for (Outbound out : ready.sendNow()) {
        links.send(runner.id(), out.to(), out.message());
      }
      Optional<LogPosition> last = lastEntry(ready);
      if (last.isPresent() || !ready.sendAfterPersist().isEmpty()) {
        made.add(new Promises.Promise(runner, last, ready.sendAfterPersist()));
      }
    }
    links.flush();
    promises.keepAfter(records, made);
    TurnBudget budget = TurnBudget.begin(loop);
    for (int i = 0; i < runners.size(); i++) {
      runners.get(i).settle(readies.get(i), log, budget);
    }
    links.flush();
  }

  private static Optional<LogPosition> lastEntry(Ready ready) {
    return ready.entries().isEmpty()
        ? Optional.empty()
        : Optional.of(ready.entries().get(ready.entries().size() - 1).position());
  }
}
