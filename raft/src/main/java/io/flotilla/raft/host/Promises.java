package io.flotilla.raft.host;

import io.flotilla.base.runtime.EventLoop;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.Outbound;
import io.flotilla.raft.transport.PeerLinks;
import io.flotilla.raft.wal.Wal;
import io.flotilla.raft.wal.WalRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Votes, acknowledgements and counts that rest on what a turn wrote: they leave when that turn's
 * batch is fsynced, never before. Owned by the loop.
 *
 * <p>Turns become durable in the order they were written, so a promise of a turn that wrote nothing
 * waits for the turn before it.
 */
final class Promises {
  /** What one replica promises at the end of one turn. */
  record Promise(GroupRunner<?> runner, Optional<LogPosition> last, List<Outbound> messages) {}

  private final Wal wal;
  private final EventLoop loop;
  private final PeerLinks links;
  private final Turns turns;
  private final ArrayDeque<List<Promise>> inFlight = new ArrayDeque<>();

  Promises(Wal wal, EventLoop loop, PeerLinks links, Turns turns) {
    this.wal = wal;
    this.loop = loop;
    this.links = links;
    this.turns = turns;
  }

  /** Writes {@code records} as one batch; keeps {@code promises} until it is durable. */
  void keepAfter(List<WalRecord> records, List<Promise> promises) {
    if (records.isEmpty()) {
      // SAFETY promises-wait-for-fsync: what is promised may rely on writes still under way
      if (inFlight.isEmpty()) {
        promises.forEach(this::send);
      } else {
        inFlight.getLast().addAll(promises);
      }
      return;
    }
    inFlight.add(new ArrayList<>(promises));
    wal.append(records, loop, this::onDurable);
  }

  private void onDurable() {
    for (Promise promise : inFlight.remove()) {
      promise.last().ifPresent(promise.runner()::persisted);
      send(promise);
      turns.wake(promise.runner());
    }
  }

  /**
   * The frames filled here leave with the present or the next turn. A message made in an earlier
   * term is dropped: what it promised was true, but a receiver could take it for the word of the
   * present term.
   */
  private void send(Promise promise) {
    GroupRunner<?> runner = promise.runner();
    for (Outbound out : promise.messages()) {
      // SAFETY promises-of-this-term: an old promise is not the word of the present term
      if (out.message().term() == runner.term()) {
        links.send(runner.id(), out.to(), out.message());
      }
    }
  }
}
