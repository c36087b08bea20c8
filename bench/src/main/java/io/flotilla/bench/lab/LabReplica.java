package io.flotilla.bench.lab;

import io.flotilla.base.check.Check;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.CoreStart;
import io.flotilla.raft.core.RaftCore;
import io.flotilla.raft.core.Ready;
import io.flotilla.raft.core.log.HardState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One server: the production core, a disk whose writes take a while, and a machine that is replayed
 * from the log after a crash. One thread.
 */
final class LabReplica {
  private final LabGroup group;
  private final int id;
  private final Draws draws;
  private final TreeMap<Long, Entry> durable = new TreeMap<>();
  private final Map<LogPosition, String> answers = new LinkedHashMap<>();
  private HardState hardState = HardState.NONE;
  private RaftCore core;
  private LabMachine machine;
  private LogPosition applied = LogPosition.ZERO;
  private boolean isUp = true;
  private int life;

  LabReplica(LabGroup group, int id, Draws draws) {
    this.group = group;
    this.id = id;
    this.draws = draws;
    this.core = newCore();
    this.machine = group.newMachine();
  }

  int id() {
    return id;
  }

  Draws draws() {
    return draws;
  }

  RaftCore core() {
    return core;
  }

  boolean isUp() {
    return isUp;
  }

  boolean leads() {
    return isUp && core.status().isLeader();
  }

  GroupStatus status() {
    return core.status();
  }

  LabMachine machine() {
    return machine;
  }

  /** What was answered to the command at this position, if it has been applied here. */
  Map<LogPosition, String> answers() {
    return answers;
  }

  /** Term and vote on disk. */
  HardState hardState() {
    return hardState;
  }

  /** The log: what is on disk if it is down, else what it has. */
  List<Entry> log() {
    return isUp ? core.probe().window() : List.copyOf(durable.values());
  }

  void crash() {
    Check.that(isUp, "S%d is down already", id);
    isUp = false;
    life++;
  }

  void restart() {
    Check.that(!isUp, "S%d is up", id);
    isUp = true;
    machine = group.newMachine();
    applied = LogPosition.ZERO;
    answers.clear();
    core = newCore();
    core.tick(group.nowNanos());
    turn();
  }

  void tick() {
    core.tick(group.nowNanos());
    turn();
  }

  /** Carries out what the core asks for, in the order a host keeps. */
  void turn() {
    while (isUp && core.hasReady()) {
      Ready ready = core.ready();
      ready.sendNow().forEach(out -> group.send(id, out));
      persist(ready);
      ready.committed().forEach(this::apply);
      core.applied(applied);
    }
  }

  private RaftCore newCore() {
    SnapshotHeader first = new SnapshotHeader(LogPosition.ZERO, group.membership());
    return new RaftCore(
        group.config(), id, draws, new CoreStart(hardState, first, List.copyOf(durable.values())));
  }

  private void persist(Ready ready) {
    boolean isNothing =
        ready.hardState().isEmpty()
            && ready.entries().isEmpty()
            && ready.sendAfterPersist().isEmpty();
    if (isNothing) {
      return;
    }
    int began = life;
    long term = core.status().term();
    group.afterSync(() -> synced(ready, began, term));
  }

  private void synced(Ready ready, int began, long term) {
    if (life != began) {
      return;
    }
    ready.hardState().ifPresent(state -> hardState = state);
    for (Entry entry : ready.entries()) {
      durable.tailMap(entry.index(), true).clear();
      durable.put(entry.index(), entry);
    }
    if (!ready.entries().isEmpty()) {
      core.persisted(ready.entries().get(ready.entries().size() - 1).position());
    }
    if (core.status().term() == term) {
      ready.sendAfterPersist().forEach(out -> group.send(id, out));
    }
    turn();
  }

  private void apply(Entry entry) {
    Check.that(entry.index() == applied.index() + 1, "S%d applies out of order", id);
    applied = entry.position();
    if (entry.kind() == Entry.Kind.COMMAND) {
      answers.put(entry.position(), machine.apply(entry));
    }
    group.applied(id, entry);
  }

  /** Role as people say it. */
  String role() {
    if (!isUp) {
      return "down";
    }
    return switch (core.status().role()) {
      case FOLLOWER -> "follower";
      case PRE_CANDIDATE -> "asks first";
      case CANDIDATE -> "candidate";
      case LEADER -> "LEADER";
    };
  }

  /** How far it knows the log to be committed; a server that is down knows nothing. */
  long commitIndex() {
    return isUp ? core.status().commitIndex() : 0;
  }

  /** Every command of its log as text, in log order. */
  List<String> commands() {
    List<String> texts = new ArrayList<>();
    for (Entry entry : log()) {
      if (entry.kind() == Entry.Kind.COMMAND) {
        texts.add(entry.data().toStringUtf8());
      }
    }
    return texts;
  }
}
