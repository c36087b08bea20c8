package io.flotilla.raft.host;

import com.google.protobuf.ByteString;
import io.flotilla.base.Meter;
import io.flotilla.raft.ChangeResult;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.ProposeResult;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.RaftGroup;
import io.flotilla.raft.ReadResult;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSink;
import io.flotilla.raft.SnapshotSource;
import io.flotilla.raft.StateMachine;
import io.flotilla.raft.TransferResult;
import io.flotilla.raft.core.FetchRequest;
import io.flotilla.raft.core.ProposeOutcome;
import io.flotilla.raft.core.RaftCore;
import io.flotilla.raft.core.ReadGrant;
import io.flotilla.raft.core.Ready;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.wal.RecoveredGroup;
import io.flotilla.raft.wal.WalRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One replica: its core, the proposals and reads that wait on it, and its state machine. Owned by
 * the loop; everything it decides is decided by the core.
 */
final class GroupRunner<R> implements RaftGroup<R>, Comparable<GroupRunner<?>> {
  private final GroupId id;
  private final RaftCore core;
  private final StateMachine<R> machine;
  private final GroupListener listener;
  private final Turns turns;
  private final Proposals<R> proposals = new Proposals<>();
  private final Reads reads;

  /**
   * Those that may be asked of the leader; its answers must not fit the questions of another life.
   */
  private final Reads forwarded;

  private final Handovers handovers = new Handovers();
  private final Meter meter;
  private final int ticksWithoutAnswer;
  private final Applier<R> applier;
  private final Checkpoints checkpoints;
  private final SnapshotTraffic snapshots;
  private final List<WalRecord> records = new ArrayList<>();

  /** Written after the turn's entries: the log must hold what it is told to shorten to. */
  private final List<WalRecord> compactions = new ArrayList<>();

  private boolean isSuspect;
  private boolean isDirty;
  private boolean isClosed;

  GroupRunner(
      GroupId id,
      RaftCore core,
      StateMachine<R> machine,
      GroupListener listener,
      RaftConfig config,
      ReplicaPorts ports) {
    this.id = id;
    this.core = core;
    this.machine = machine;
    this.isSuspect = core.isSuspect();
    this.listener = listener;
    this.turns = ports.turns();
    this.meter = ports.meter();
    this.reads = new Reads(config.maxWaitingReads(), 0);
    this.forwarded = new Reads(config.maxWaitingReads(), ports.firstForwardedRead());
    this.ticksWithoutAnswer = (int) (config.electionMaxNanos() / (config.heartbeatNanos() / 2)) + 1;
    this.applier = new Applier<>(machine, proposals, machine.recovered().position());
    this.checkpoints = new Checkpoints(machine, config.checkpointLogBytes(), this::compact);
    this.snapshots = new SnapshotTraffic(new SnapshotReplica(ports), ports.snapshotLoops());
  }

  /** What the log holds of this replica, if all of its entries are taken as lost. */
  RecoveredGroup promised() {
    GroupProbe probe = core.probe();
    HardState hard = new HardState(probe.status().term(), probe.votedFor(), 0);
    return new RecoveredGroup(id, hard, probe.status().last(), List.of());
  }

  @Override
  public GroupId id() {
    return id;
  }

  @Override
  public void propose(ByteString command, ProposeCallback<R> callback) {
    if (isClosed) {
      callback.onResult(new ProposeResult.NotLeader<>(0));
      return;
    }
    ProposeOutcome outcome = core.propose(command);
    if (outcome instanceof ProposeOutcome.Accepted accepted) {
      proposals.add(accepted.position(), callback);
      turns.wake(this);
    } else if (outcome instanceof ProposeOutcome.NotLeader refused) {
      callback.onResult(new ProposeResult.NotLeader<>(refused.leader()));
    } else {
      callback.onResult(new ProposeResult.Busy<>());
    }
  }

  @Override
  public void readIndex(ReadCallback callback) {
    GroupStatus status = status();
    if (!status.isLeader()) {
      callback.onResult(new ReadResult.NotLeader(status.leader()));
    } else if (reads.ask(callback)) {
      turns.wake(this);
    } else {
      callback.onResult(new ReadResult.Busy());
    }
  }

  @Override
  public void readAnywhere(ReadCallback callback) {
    GroupStatus status = status();
    if (status.leader() == 0) {
      callback.onResult(new ReadResult.NotLeader(0));
    } else if (forwarded.ask(callback)) {
      turns.wake(this);
    } else {
      callback.onResult(new ReadResult.Busy());
    }
  }

  @Override
  public void changeMembers(Membership target, ChangeCallback callback) {
    Optional<ChangeResult> end =
        isClosed ? Optional.of(new ChangeResult.NotLeader(0)) : core.changeMembers(target);
    if (end.isPresent()) {
      callback.onResult(end.get());
    } else {
      if (target.voters().size() % 2 == 0) {
        meter.count("flotilla_raft_even_voters_total", 1);
      }
      handovers.await(callback);
      turns.wake(this);
    }
  }

  @Override
  public void transferLeader(int node, TransferCallback callback) {
    Optional<TransferResult> end =
        isClosed ? Optional.of(new TransferResult.NotLeader(0)) : core.transferTo(node);
    if (end.isPresent()) {
      callback.onResult(end.get());
    } else {
      handovers.await(callback, term());
      turns.wake(this);
    }
  }

  @Override
  public GroupStatus status() {
    GroupStatus status = core.status();
    return isClosed ? asClosed(status) : status;
  }

  GroupProbe probe() {
    return core.probe();
  }

  /** Marks this replica for the next turn; false if it was marked already. */
  boolean markDirty() {
    boolean first = !isDirty;
    isDirty = true;
    return first;
  }

  /** Takes the mark away; false if there was none. */
  boolean clearDirty() {
    boolean was = isDirty;
    isDirty = false;
    return was;
  }

  /** Log records to be written with the next turn, whatever the core has to say. */
  void addRecords(List<WalRecord> more) {
    records.addAll(more);
    turns.wake(this);
  }

  void tick(long nowNanos) {
    core.tick(nowNanos);
    snapshots.tick();
    if (checkpoints.isRetryDue()) {
      checkpoints.start(core.appliedHeader(), applier);
    }
    forwarded.tick(ticksWithoutAnswer, core.status().leader());
    handovers.tick(core.status().isLeader());
    if (core.hasReady()) {
      turns.wake(this);
    }
  }

  void step(int from, Message message) {
    core.step(from, message);
    if (message instanceof Message.SnapshotReply reply && core.status().isLeader()) {
      snapshots.onReply(from, reply);
    }
    turns.wake(this);
  }

  /** First half of a turn: closes the turn's reads into one round and drains the core. */
  Ready takeReady(List<WalRecord> into) {
    if (reads.hasAsked() && !core.readIndex(reads.startRound())) {
      reads.lose(core.status().leader());
    }
    if (forwarded.hasAsked() && !core.readAnywhere(forwarded.startRound())) {
      forwarded.lose(0);
    }
    Ready ready = core.ready();
    if (isSuspect && !core.isSuspect()) {
      isSuspect = false;
      machine.regained();
    }
    into.addAll(records);
    records.clear();
    ready.hardState().ifPresent(hard -> into.add(new WalRecord.Hard(id, hard)));
    if (!ready.entries().isEmpty()) {
      into.add(new WalRecord.Entries(id, ready.entries()));
    }
    into.addAll(compactions);
    compactions.clear();
    return ready;
  }

  /** Second half: what may happen without waiting for this turn's fsync. */
  void settle(Ready ready, LogReader log, TurnBudget budget) {
    applier.commit(ready.committed());
    for (ReadGrant grant : ready.readGrants()) {
      Reads asked = grant.readId() >= Reads.FORWARDED_FIRST ? forwarded : reads;
      asked.grant(grant.readId(), grant.index());
    }
    for (FetchRequest fetch : ready.fetches()) {
      meter.count("flotilla_raft_fetches_total", 1);
      log.read(id, fetch, entries -> fetched(fetch.peer(), fetch.fromIndex(), entries));
    }
    ready.snapshotsTo().forEach(this::sendSnapshot);
    ready.chunks().forEach(snapshots::onChunk);
    apply(budget);
    ready.changeEnd().ifPresent(handovers::ended);
    ready.transferEnd().ifPresent(handovers::ended);
    if (ready.statusChanged()) {
      announce();
    }
  }

  /** This replica's log is durable up to {@code last}. */
  void persisted(LogPosition last) {
    core.persisted(last);
  }

  long term() {
    return core.status().term();
  }

  /**
   * Ends this replica: it leads nothing any more, whoever waits is told so, and what is still under
   * way on other loops comes back to nobody.
   */
  void close() {
    isClosed = true;
    proposals.lose();
    reads.lose(0);
    forwarded.lose(0);
    handovers.close();
    snapshots.close();
    machine.close();
    listener.onStatus(status());
  }

  @Override
  public int compareTo(GroupRunner<?> other) {
    return id.compareTo(other.id);
  }

  private void apply(TurnBudget budget) {
    if (applier.applySome(budget)) {
      core.applied(applier.applied());
      checkpoints.maybeStart(core.appliedHeader(), applier);
    }
    reads.release(applier.applied(), budget);
    forwarded.release(applier.applied(), budget);
    if (applier.hasBacklog()
        || reads.mayRelease(applier.applied())
        || forwarded.mayRelease(applier.applied())) {
      turns.wake(this);
    }
  }

  /** Committed entries of this turn were applied first: what they answered is not lost. */
  private void announce() {
    GroupStatus status = core.status();
    if (!status.isLeader()) {
      // SAFETY fate-unknown-without-leadership: a proposal may still commit under the next leader
      proposals.lose();
      reads.lose(status.leader());
      snapshots.stopSending();
    }
    forwarded.lose(status.leader());
    handovers.heard(status);
    listener.onStatus(status);
  }

  private static GroupStatus asClosed(GroupStatus status) {
    return new GroupStatus(
        GroupStatus.Role.FOLLOWER,
        status.term(),
        0,
        status.commitIndex(),
        status.applied(),
        status.last(),
        status.membership());
  }

  private void fetched(int peer, long fromIndex, List<Entry> entries) {
    core.fetched(peer, fromIndex, entries);
    turns.wake(this);
  }

  private void sendSnapshot(int peer) {
    if (checkpoints.hasOne()) {
      snapshots.sendTo(peer);
    } else {
      checkpoints.start(core.appliedHeader(), applier);
      core.snapshotFailed(peer);
    }
  }

  private void compact(LogPosition position) {
    core.compacted(position);
    compactions.add(new WalRecord.Compacted(id, position));
    turns.wake(this);
  }

  /** Gives snapshot traffic the parts of this replica it needs, and nothing else. */
  private final class SnapshotReplica implements SnapshotTraffic.Replica {
    private final ReplicaPorts ports;

    SnapshotReplica(ReplicaPorts ports) {
      this.ports = ports;
    }

    @Override
    public void send(int to, Message message) {
      ports.links().send(id, to, message);
      turns.wake(GroupRunner.this);
    }

    @Override
    public long term() {
      return GroupRunner.this.term();
    }

    @Override
    public SnapshotSource openSnapshot() {
      return machine.openSnapshot();
    }

    @Override
    public SnapshotSink beginRestore(SnapshotHeader header, long length) {
      return machine.beginRestore(header, length);
    }

    @Override
    public void beforeInstall(SnapshotHeader header, Runnable commit, Runnable overtaken) {
      applier.hold();
      checkpoints.whenIdle(
          () -> {
            // The log may have brought more than the snapshot while its last bytes were staged.
            if (header.position().index() > applier.applied().index()) {
              commit.run();
            } else {
              applier.resume();
              turns.wake(GroupRunner.this);
              overtaken.run();
            }
          });
    }

    @Override
    public void installed(SnapshotHeader header) {
      if (isClosed) {
        return; // Durable, and found again if this replica is ever opened.
      }
      ports.meter().count("flotilla_raft_snapshots_installed_total", 1);
      machine.restored();
      applier.restored(header.position());
      checkpoints.installed(header.position());
      core.snapshotInstalled(header);
      if (core.status().last().index() > header.position().index()) {
        // What follows the snapshot's last entry may have been acknowledged: it stays (section 7).
        compact(header.position());
      } else {
        addRecords(List.of(new WalRecord.Reset(id, header.position())));
      }
    }

    @Override
    public void notInstalled(String reason) {
      applier.resume();
      ports.meter().count("flotilla_raft_snapshots_refused_total", 1);
      turns.wake(GroupRunner.this);
    }

    @Override
    public void overtaken(int leader, SnapshotHeader header) {
      core.snapshotOvertaken(leader, header.position());
      turns.wake(GroupRunner.this);
    }

    @Override
    public long appliedIndex() {
      return applier.applied().index();
    }

    @Override
    public void snapshotFailed(int peer) {
      core.snapshotFailed(peer);
      turns.wake(GroupRunner.this);
    }
  }
}
