package io.flotilla.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.ChangeResult;
import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.TransferResult;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.core.message.Message.SnapshotChunk;
import io.flotilla.raft.core.message.Message.SnapshotReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** One replica with its disk and a state machine that remembers a digest of what it applied. */
final class CoreNode {
  private final CoreCluster cluster;
  private final int id;
  private final FakeDisk disk;
  private final TreeMap<Long, Entry> volatileLog = new TreeMap<>();
  private final TreeMap<Long, Long> readsInFlight = new TreeMap<>();
  private final TreeMap<Long, Long> forwarded = new TreeMap<>();
  private final List<ReadGrant> grants = new ArrayList<>();
  private final List<Entry> held = new ArrayList<>();
  private Optional<ReceivedChunk> installing = Optional.empty();
  private RaftCore core;
  private Membership base;
  private long state;
  private LogPosition applied;
  private boolean up = true;
  private int lives;
  private long lastRead;
  private final List<ChangeResult> changes = new ArrayList<>();
  private final List<TransferResult> transfers = new ArrayList<>();

  CoreNode(CoreCluster cluster, int id, SnapshotHeader first) {
    this.cluster = cluster;
    this.id = id;
    this.disk = new FakeDisk(first);
    this.core = newCore();
  }

  int id() {
    return id;
  }

  RaftCore core() {
    return core;
  }

  FakeDisk disk() {
    return disk;
  }

  boolean up() {
    return up;
  }

  int lives() {
    return lives;
  }

  LogPosition applied() {
    return applied;
  }

  List<ReadGrant> grants() {
    return grants;
  }

  boolean leads() {
    return up && core.status().isLeader();
  }

  /** The entry this replica has at {@code index}, durable or not. */
  Optional<Entry> entry(long index) {
    return Optional.ofNullable(volatileLog.get(index));
  }

  TreeMap<Long, Entry> volatileLog() {
    return volatileLog;
  }

  ProposeOutcome propose(String command) {
    ProposeOutcome outcome = core.propose(ByteString.copyFromUtf8(command));
    turn();
    return outcome;
  }

  /** Asks for a read and remembers what a linearizable answer must cover. */
  boolean read() {
    long readId = ++lastRead;
    boolean accepted = core.readIndex(readId);
    if (accepted) {
      readsInFlight.put(readId, cluster.invariants().highestCommit());
    }
    turn();
    return accepted;
  }

  /** The same wherever this replica stands; the question or the answer may get lost. */
  boolean readAnywhere() {
    long readId = ++lastRead;
    boolean accepted = core.readAnywhere(readId);
    if (accepted) {
      forwarded.put(readId, cluster.invariants().highestCommit());
    }
    turn();
    return accepted;
  }

  /** Asks for another membership; the answer is added to {@link #changes}. */
  void change(Membership target) {
    core.changeMembers(target).ifPresent(changes::add);
    turn();
  }

  /** Asks for another leader; an answer other than success is added to {@link #transfers}. */
  void transferTo(int target) {
    core.transferTo(target).ifPresent(transfers::add);
    turn();
  }

  List<ChangeResult> changes() {
    return changes;
  }

  List<TransferResult> transfers() {
    return transfers;
  }

  /** Carries out everything the core asks for, in the order that a host must keep. */
  void turn() {
    while (up && core.hasReady()) {
      Ready ready = core.ready();
      cluster.invariants().checkOutgoing(this, ready);
      for (Entry entry : ready.entries()) {
        volatileLog.tailMap(entry.index(), true).clear();
        volatileLog.put(entry.index(), entry);
      }
      ready.sendNow().forEach(out -> cluster.send(id, out));
      persist(ready);
      apply(ready.committed());
      for (ReadGrant grant : ready.readGrants()) {
        Long floor = readsInFlight.remove(grant.readId());
        if (forwarded.containsKey(grant.readId())) {
          // Kept: an answer may come twice, or after the life that asked has ended.
          floor = forwarded.get(grant.readId());
        }
        assertThat(floor).as("read %d granted twice or unasked", grant.readId()).isNotNull();
        assertThat(grant.index()).as("stale read on node %d", id).isGreaterThanOrEqualTo(floor);
        grants.add(grant);
      }
      ready.fetches().forEach(fetch -> cluster.fetch(this, fetch));
      ready.snapshotsTo().forEach(peer -> cluster.sendSnapshot(this, peer));
      ready.chunks().forEach(this::install);
      ready.changeEnd().ifPresent(changes::add);
      ready.transferEnd().ifPresent(transfers::add);
      if (ready.statusChanged() && !core.status().isLeader()) {
        readsInFlight.clear();
      }
      cluster.invariants().check(this);
    }
  }

  /** Checkpoints what is applied and lets the log before it go. */
  void checkpoint() {
    SnapshotHeader header = core.appliedHeader();
    if (header.membership().voters().isEmpty()) {
      return; // It has not learnt its members yet.
    }
    cluster.invariants().checkpointed(header);
    disk.checkpoint(header, state);
    disk.dropThrough(applied.index());
    core.compacted(applied);
  }

  void crash(int writesKept) {
    up = false;
    lives++;
    disk.crash(writesKept);
    readsInFlight.clear();
    installing = Optional.empty();
    held.clear();
  }

  /** The replica was removed from its node, and is created again for a later membership. */
  void createAgain() {
    crash(Integer.MAX_VALUE);
    disk.giveUp();
    restart();
  }

  void restart() {
    core = newCore();
    up = true;
  }

  /** Starts over on a disk that holds this. */
  void restartWith(HardState hardState, List<Entry> entries) {
    disk.hold(hardState, entries);
    restart();
  }

  /** The membership that the log says is in force, read entry by entry. */
  Membership membershipInLog() {
    return volatileLog.descendingMap().values().stream()
        .filter(entry -> entry.kind() == Entry.Kind.MEMBERSHIP)
        .findFirst()
        .map(entry -> Membership.parse(entry.data()).orElseThrow())
        .orElse(base);
  }

  boolean knowsAsMember(int node) {
    return membershipInLog().all().contains(node)
        || core.status().membership().all().contains(node)
        || disk.snapshot().membership().all().contains(node);
  }

  private RaftCore newCore() {
    CoreStart start = disk.recover();
    state = disk.snapshotState();
    applied = start.snapshot().position();
    volatileLog.clear();
    base = start.snapshot().membership();
    start.tail().forEach(entry -> volatileLog.put(entry.index(), entry));
    return new RaftCore(cluster.config(), id, cluster.split(), start);
  }

  private void persist(Ready ready) {
    if (ready.hardState().isEmpty()
        && ready.entries().isEmpty()
        && ready.sendAfterPersist().isEmpty()) {
      return;
    }
    long term = core.status().term();
    Runnable after =
        () -> {
          if (!ready.entries().isEmpty()) {
            core.persisted(ready.entries().get(ready.entries().size() - 1).position());
          }
          if (core.status().term() == term) {
            ready.sendAfterPersist().forEach(out -> cluster.send(id, out));
          }
          turn();
        };
    disk.submit(new FakeDisk.Write(ready.hardState(), ready.entries(), false, after));
    cluster.syncLater(this);
  }

  private void apply(List<Entry> committed) {
    if (installing.isPresent()) {
      held.addAll(committed);
      return;
    }
    for (Entry entry : committed) {
      assertThat(entry.index()).as("applied in order").isEqualTo(applied.index() + 1);
      state = 31 * state + entry.hashCode();
      applied = entry.position();
      cluster.invariants().applied(this, entry, state);
    }
    core.applied(applied);
  }

  /** Making a snapshot the state takes a while, in which nothing is applied. */
  private void install(ReceivedChunk received) {
    if (installing.isEmpty()) {
      installing = Optional.of(received);
      cluster.later(this, cluster.random().nextLong(50 * CoreCluster.MILLI), this::installed);
    }
  }

  private void installed() {
    ReceivedChunk received = installing.orElseThrow();
    installing = Optional.empty();
    SnapshotChunk chunk = received.chunk();
    SnapshotHeader header = chunk.header();
    if (header.position().index() > applied.index()) {
      replaceState(header, Long.parseLong(chunk.bytes().toStringUtf8()));
    }
    held.removeIf(entry -> entry.index() <= applied.index());
    List<Entry> waiting = List.copyOf(held);
    held.clear();
    apply(waiting);
    SnapshotReply reply =
        new SnapshotReply(core.status().term(), header.position(), chunk.length(), true);
    cluster.send(id, new Outbound(received.from(), reply));
    turn();
  }

  private void replaceState(SnapshotHeader header, long snapshotState) {
    state = snapshotState;
    applied = header.position();
    cluster.invariants().restored(this, applied, state);
    disk.checkpoint(header, state);
    core.snapshotInstalled(header);
    base = header.membership();
    if (core.status().last().equals(header.position())) {
      volatileLog.clear();
      disk.submit(new FakeDisk.Write(Optional.empty(), List.of(), true, () -> {}));
      cluster.syncLater(this);
    }
  }
}
