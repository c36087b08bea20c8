package io.flotilla.raft.host;

import io.flotilla.base.check.Check;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.RaftGroup;
import io.flotilla.raft.StateMachine;
import io.flotilla.raft.core.CoreConfig;
import io.flotilla.raft.core.RaftCore;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.snapshot.SnapshotLoops;
import io.flotilla.raft.transport.PeerLinks;
import io.flotilla.raft.wal.RecoveredGroup;
import io.flotilla.raft.wal.Wal;
import io.flotilla.raft.wal.WalRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The replicas of one node: opens and removes them, and gives each its turn. Owned by the loop.
 *
 * <p>A turn is one task that was queued when the first replica became dirty: whatever arrived
 * before it runs shares its one frame a peer and its one fsync.
 */
public final class RaftHost {
  private final int node;
  private final Seams seams;
  private final RaftConfig config;
  private final Wal wal;
  private final PeerLinks links;
  private final LoopTurn turn;
  private final TickWheel ticks;
  private final TreeMap<GroupId, RecoveredGroup> recovered;
  private final TreeMap<GroupId, GroupRunner<?>> runners = new TreeMap<>();
  private List<GroupRunner<?>> dirty = new ArrayList<>();
  private boolean isTurnQueued;
  private boolean isLatched;

  /**
   * @param node this node's id
   * @param recovered what the log holds of each group
   */
  RaftHost(
      int node,
      Seams seams,
      RaftConfig config,
      Wal wal,
      PeerLinks links,
      Collection<RecoveredGroup> recovered) {
    this.node = node;
    this.seams = seams;
    this.config = config;
    this.wal = wal;
    this.links = links;
    this.recovered = new TreeMap<>();
    recovered.forEach(group -> this.recovered.put(group.group(), group));
    this.turn =
        new LoopTurn(
            seams.loop(),
            links,
            new Promises(wal, seams.loop(), links, this::wake),
            (group, fetch, onRead) ->
                wal.read(
                    group,
                    fetch.fromIndex(),
                    fetch.toIndexExclusive(),
                    fetch.maxBytes(),
                    seams.loop(),
                    onRead));
    this.ticks = new TickWheel(seams.loop(), config.heartbeatNanos() / 2, this::tick);
    links.listen(seams.loop(), this::step);
  }

  /**
   * Opens a replica over {@code machine}, from what the log knows of it or, if nothing, from {@code
   * spec}.
   */
  public <R> RaftGroup<R> open(GroupSpec spec, StateMachine<R> machine, GroupListener listener) {
    Check.that(seams.loop().inLoop(), "groups are opened on their loop");
    Check.that(!runners.containsKey(spec.id()), "group %s is open", spec.id());
    RecoveredGroup log = recovered.remove(spec.id());
    GroupRecovery recovery =
        log == null
            ? GroupRecovery.fresh(spec, machine.recovered())
            : GroupRecovery.of(spec, machine.recovered(), log, machine.lost());
    if (log != null && log.compacted().index() < machine.recovered().position().index()) {
      seams.meter().count("flotilla_raft_checkpoints_unmarked_total", 1);
    }
    RaftCore core = new RaftCore(CoreConfig.from(config), node, seams.random(), recovery.start());
    // Nothing was promised in a later term than the log knows, whatever a damaged note says.
    long term = recovery.start().hardState().term();
    machine
        .lost()
        .map(lost -> new LogPosition(Math.min(lost.term(), term), lost.index()))
        .ifPresent(core::lost);
    core.tick(ticks.now());
    GroupRunner<R> runner =
        new GroupRunner<>(
            spec.id(),
            core,
            machine,
            listener,
            config,
            new ReplicaPorts(
                this::wake,
                links,
                new SnapshotLoops(seams.loop(), seams.fileLoop()),
                seams.meter(),
                Reads.FORWARDED_FIRST + seams.random().nextLong(Reads.FORWARDED_FIRST)));
    runners.put(spec.id(), runner);
    runner.addRecords(recovery.repairs());
    return runner;
  }

  /** Removes a replica and forgets its log; its files are the caller's. */
  public void remove(GroupId id) {
    close(id);
    forget(id);
  }

  /** Closes a replica, if it is open; its log stays until it is forgotten. */
  public void close(GroupId id) {
    GroupRunner<?> runner = runners.remove(id);
    if (runner != null) {
      runner.close();
    }
  }

  /**
   * Closes a replica whose machine has lost its state. What it has promised is remembered: opened
   * again, over a machine that says so, it starts with an empty log.
   */
  public void suspend(GroupId id) {
    GroupRunner<?> runner = runners.remove(id);
    if (runner != null) {
      recovered.put(id, runner.promised());
      runner.close();
    }
  }

  /** The last entry and the term of a replica that is not open; zero if nothing is known of it. */
  public LogPosition promised(GroupId id) {
    RecoveredGroup log = recovered.get(id);
    if (log == null) {
      return LogPosition.ZERO;
    }
    int count = log.entries().size();
    long last = count == 0 ? log.compacted().term() : log.entries().get(count - 1).term();
    return new LogPosition(Math.max(log.hardState().term(), last), log.compacted().index() + count);
  }

  /**
   * Forgets the log of a closed replica, its votes included: only when nothing on disk would open
   * it again.
   */
  public void forget(GroupId id) {
    Check.that(!runners.containsKey(id), "group %s is open", id);
    recovered.remove(id);
    wal.append(List.of(new WalRecord.Removed(id)), seams.loop(), () -> {});
  }

  /** Groups the log knows of that nobody has opened yet. */
  public List<GroupId> unopened() {
    return List.copyOf(recovered.keySet());
  }

  /** The open replicas, for status and invariants. */
  public List<GroupId> groups() {
    return List.copyOf(runners.keySet());
  }

  /** A read-only view of one replica, if it is open. */
  public Optional<GroupProbe> probe(GroupId id) {
    return Optional.ofNullable(runners.get(id)).map(GroupRunner::probe);
  }

  /** How one replica stands, if it is open; cheaper than {@link #probe}. */
  public Optional<GroupStatus> status(GroupId id) {
    return Optional.ofNullable(runners.get(id)).map(GroupRunner::status);
  }

  /** Whether the disk has failed and this node promises nothing any more. */
  public boolean isLatched() {
    return isLatched;
  }

  /**
   * The disk is broken: from now on nothing is sent, acknowledged or led from here, because what
   * the disk holds is unknown. Only a restart ends this.
   */
  void latch(DiskException failure) {
    isLatched = true;
    seams.meter().count("flotilla_wal_broken_total", 1);
    ticks.stop();
    closeAll();
  }

  /** Stops all replicas; what was proposed and not seen applied is answered as unknown. */
  void stop() {
    isLatched = true;
    ticks.stop();
    closeAll();
  }

  private void closeAll() {
    List<GroupRunner<?>> open = new ArrayList<>(runners.values());
    runners.clear();
    open.forEach(GroupRunner::close);
  }

  private void step(GroupId group, int from, Message message) {
    GroupRunner<?> runner = runners.get(group);
    if (runner != null && !isLatched) {
      runner.step(from, message);
    }
  }

  private void tick(long nowNanos) {
    for (GroupRunner<?> runner : runners.values()) {
      runner.tick(nowNanos);
    }
  }

  private void wake(GroupRunner<?> runner) {
    if (runner.markDirty()) {
      dirty.add(runner);
    }
    if (!isTurnQueued) {
      isTurnQueued = true;
      seams.loop().execute(this::runTurn);
    }
  }

  private void runTurn() {
    isTurnQueued = false;
    if (isLatched) {
      return;
    }
    List<GroupRunner<?>> now = dirty;
    dirty = new ArrayList<>();
    now.removeIf(runner -> !runner.clearDirty() || runners.get(runner.id()) != runner);
    Collections.sort(now);
    turn.run(now);
  }
}
