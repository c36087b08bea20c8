package io.flotilla.raft.core;

import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.log.HardState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A replica's log on a disk that takes its time: writes wait in order, and a crash keeps any number
 * of the first ones.
 */
final class FakeDisk {
  private final ArrayDeque<Write> waiting = new ArrayDeque<>();
  private final TreeMap<Long, Entry> log = new TreeMap<>();
  private HardState hardState = HardState.NONE;
  private SnapshotHeader snapshot;
  private long snapshotState;

  FakeDisk(SnapshotHeader first) {
    this.snapshot = first;
  }

  /** One turn's write; {@code after} runs once it and all before it are durable. */
  record Write(Optional<HardState> hardState, List<Entry> entries, boolean reset, Runnable after) {}

  /** As an earlier life has left it. */
  void hold(HardState found, List<Entry> entries) {
    hardState = found;
    entries.forEach(entry -> log.put(entry.index(), entry));
  }

  /** All but the vote is gone: a replica was given up, and may be wanted again. */
  void giveUp() {
    waiting.clear();
    log.clear();
    snapshot = SnapshotHeader.NONE;
    snapshotState = 0;
  }

  void submit(Write write) {
    waiting.add(write);
  }

  int waitingWrites() {
    return waiting.size();
  }

  /** Makes the oldest waiting write durable. */
  void syncOne() {
    Write write = waiting.removeFirst();
    carryOut(write);
    write.after().run();
  }

  /** Power goes: the first {@code kept} waiting writes had made it, nobody was told. */
  void crash(int kept) {
    for (int i = 0; i < kept && !waiting.isEmpty(); i++) {
      carryOut(waiting.removeFirst());
    }
    waiting.clear();
  }

  /** A checkpoint has its own file and does not wait for the log. */
  void checkpoint(SnapshotHeader header, long state) {
    if (header.position().index() > snapshot.position().index()) {
      snapshot = header;
      snapshotState = state;
    }
  }

  /** Forgets the log up to {@code index}. */
  void dropThrough(long index) {
    log.headMap(index, true).clear();
  }

  SnapshotHeader snapshot() {
    return snapshot;
  }

  long snapshotState() {
    return snapshotState;
  }

  HardState hardState() {
    return hardState;
  }

  /** Whether the entry at this position, or a checkpoint beyond it, would survive a crash now. */
  boolean holds(LogPosition position) {
    Entry entry = log.get(position.index());
    return snapshot.position().index() >= position.index()
        || (entry != null && entry.term() == position.term());
  }

  List<Entry> read(long from, long toExclusive, int maxBytes) {
    List<Entry> found = new ArrayList<>();
    long bytes = 0;
    for (long index = from; index < toExclusive && log.containsKey(index); index++) {
      Entry entry = log.get(index);
      bytes += entry.sizeBytes();
      if (!found.isEmpty() && bytes > maxBytes) {
        break;
      }
      found.add(entry);
    }
    return found;
  }

  /** What a restart finds. */
  CoreStart recover() {
    LogPosition base = snapshot.position();
    Entry atBase = log.get(base.index());
    if (atBase != null && atBase.term() != base.term()) {
      // The snapshot came in, the note that it replaces the log did not get to the disk.
      log.clear();
    }
    log.headMap(base.index(), true).clear();
    if (!log.isEmpty() && log.firstKey() != base.index() + 1) {
      log.clear();
    }
    return new CoreStart(hardState, snapshot, List.copyOf(log.values()));
  }

  private void carryOut(Write write) {
    if (write.reset()) {
      log.clear();
    }
    for (Entry entry : write.entries()) {
      log.tailMap(entry.index(), true).clear();
      log.put(entry.index(), entry);
    }
    write.hardState().ifPresent(state -> hardState = state);
  }
}
