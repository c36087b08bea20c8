package io.flotilla.raft.core;

import io.flotilla.raft.ChangeResult;
import io.flotilla.raft.Entry;
import io.flotilla.raft.TransferResult;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.core.message.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Gathers the effects of a turn until they are drained as one {@link Ready}. */
final class ReadyBuilder {
  private List<Outbound> sendNow = List.of();
  private List<Outbound> sendAfterPersist = List.of();
  private List<ReadGrant> readGrants = List.of();
  private List<FetchRequest> fetches = List.of();
  private List<Integer> snapshotsTo = List.of();
  private List<ReceivedChunk> chunks = List.of();
  private Optional<ChangeResult> changeEnd = Optional.empty();
  private Optional<TransferResult> transferEnd = Optional.empty();
  private boolean empty = true;

  boolean isEmpty() {
    return empty;
  }

  /** A message that promises nothing. */
  void sendNow(int to, Message message) {
    sendNow = added(sendNow, new Outbound(to, message));
  }

  /** A message that relies on what this turn, or an earlier one, makes durable. */
  void sendAfterPersist(int to, Message message) {
    sendAfterPersist = added(sendAfterPersist, new Outbound(to, message));
  }

  void granted(ReadGrant grant) {
    readGrants = added(readGrants, grant);
  }

  void fetch(FetchRequest request) {
    fetches = added(fetches, request);
  }

  void snapshotTo(int peer) {
    snapshotsTo = added(snapshotsTo, peer);
  }

  void received(ReceivedChunk chunk) {
    chunks = added(chunks, chunk);
  }

  void changeEnded(ChangeResult result) {
    changeEnd = Optional.of(result);
    empty = false;
  }

  void transferEnded(TransferResult result) {
    transferEnd = Optional.of(result);
    empty = false;
  }

  /** The term has moved on: nothing of the old one may be said, granted or taken in any more. */
  void termChanged() {
    sendNow = List.of();
    sendAfterPersist = List.of();
    leadershipLost();
    chunks = List.of();
  }

  /** What only a leader asks for. */
  void leadershipLost() {
    readGrants = List.of();
    fetches = List.of();
    snapshotsTo = List.of();
  }

  /** Everything gathered; the builder is empty afterwards. */
  Ready drain(
      Optional<HardState> hardState,
      List<Entry> entries,
      List<Entry> committed,
      boolean statusChanged) {
    Ready ready =
        new Ready(
            hardState,
            entries,
            closed(sendNow),
            closed(sendAfterPersist),
            committed,
            closed(readGrants),
            closed(fetches),
            closed(snapshotsTo),
            closed(chunks),
            changeEnd,
            transferEnd,
            statusChanged);
    termChanged();
    changeEnd = Optional.empty();
    transferEnd = Optional.empty();
    empty = true;
    return ready;
  }

  private static <T> List<T> closed(List<T> list) {
    return list.isEmpty() ? List.of() : Collections.unmodifiableList(list);
  }

  private <T> List<T> added(List<T> list, T element) {
    empty = false;
    List<T> target = list.isEmpty() ? new ArrayList<>() : list;
    target.add(element);
    return target;
  }
}
