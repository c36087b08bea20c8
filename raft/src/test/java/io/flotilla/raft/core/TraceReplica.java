package io.flotilla.raft.core;

import com.google.protobuf.ByteString;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.log.HardState;
import io.flotilla.raft.core.message.Message.SnapshotChunk;
import io.flotilla.raft.core.message.Message.SnapshotReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** One core of a script: says in words what it wants done, and has it done at once. */
final class TraceReplica {
  /** Every timeout is the longest: only the script lets one run out. */
  private static final RandomGenerator LONGEST =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          return Long.MAX_VALUE;
        }

        @Override
        public long nextLong(long bound) {
          return bound - 1;
        }
      };

  private final int id;
  private final CoreConfig config;
  private final Consumer<String> trace;
  private final TreeMap<Long, Entry> disk = new TreeMap<>();
  private final List<Outbound> outbox = new ArrayList<>();
  private HardState hardState;
  private SnapshotHeader snapshot;
  private LogPosition applied;
  private RaftCore core;
  private long nowNanos = 1_000;
  private String told = "";
  private boolean isUp = true;

  TraceReplica(
      int id,
      CoreConfig config,
      Membership members,
      HardState hardState,
      List<Entry> log,
      Consumer<String> trace) {
    this.id = id;
    this.config = config;
    this.trace = trace;
    this.hardState = hardState;
    this.snapshot = new SnapshotHeader(LogPosition.ZERO, members);
    log.forEach(entry -> disk.put(entry.index(), entry));
    restart();
  }

  int id() {
    return id;
  }

  boolean isUp() {
    return isUp;
  }

  RaftCore core() {
    return core;
  }

  /** Takes what it wants sent. */
  List<Outbound> takeOutbox() {
    List<Outbound> taken = List.copyOf(outbox);
    outbox.clear();
    return taken;
  }

  void crash() {
    isUp = false;
    outbox.clear();
  }

  /** Starts over from its disk. */
  void restart() {
    isUp = true;
    applied = snapshot.position();
    core = new RaftCore(config, id, LONGEST, new CoreStart(hardState, snapshot, log()));
    core.tick(nowNanos);
    told = standing();
    turn();
  }

  /** Its clock, and nobody else's, goes on. */
  void pass(long nanos) {
    nowNanos += nanos;
    core.tick(nowNanos);
    turn();
  }

  /** Checkpoints everything it has applied and lets the log before it go. */
  void compact() {
    snapshot = core.appliedHeader();
    disk.headMap(applied.index(), true).clear();
    core.compacted(applied);
    say("checkpoints at " + TraceText.of(applied));
    turn();
  }

  List<Entry> log() {
    return List.copyOf(disk.values());
  }

  LogPosition compacted() {
    return snapshot.position();
  }

  /** Carries out all the core asks for, in the order a host keeps. */
  void turn() {
    while (core.hasReady()) {
      Ready ready = core.ready();
      tellStanding();
      ready.sendNow().forEach(this::send);
      persist(ready);
      ready.sendAfterPersist().forEach(this::send);
      ready.committed().forEach(this::apply);
      core.applied(applied);
      ready
          .readGrants()
          .forEach(grant -> say("grants read " + grant.readId() + " at " + grant.index()));
      for (FetchRequest fetch : ready.fetches()) {
        say("reads from " + fetch.fromIndex() + " for S" + fetch.peer());
        core.fetched(fetch.peer(), fetch.fromIndex(), fetched(fetch));
      }
      ready.changeEnd().ifPresent(end -> say("ends the change: " + end));
      ready.transferEnd().ifPresent(end -> say("ends the transfer: " + end));
      ready.snapshotsTo().forEach(this::sendSnapshot);
      ready.chunks().forEach(this::install);
    }
  }

  private void persist(Ready ready) {
    if (ready.hardState().isEmpty() && ready.entries().isEmpty()) {
      return;
    }
    StringBuilder what = new StringBuilder("persists");
    if (ready.hardState().isPresent()) {
      hardState = ready.hardState().get();
      what.append(" term=").append(hardState.term()).append(" vote=").append(hardState.vote());
    }
    if (!ready.entries().isEmpty()) {
      what.append(" entries ").append(TraceText.of(ready.entries()));
    }
    say(what.toString());
    for (Entry entry : ready.entries()) {
      disk.tailMap(entry.index(), true).clear();
      disk.put(entry.index(), entry);
    }
    if (!ready.entries().isEmpty()) {
      core.persisted(ready.entries().get(ready.entries().size() - 1).position());
    }
  }

  private void apply(Entry entry) {
    applied = entry.position();
    say("applies " + TraceText.of(entry));
  }

  private List<Entry> fetched(FetchRequest fetch) {
    return List.copyOf(disk.subMap(fetch.fromIndex(), fetch.toIndexExclusive()).values());
  }

  private void sendSnapshot(int peer) {
    ByteString bytes = ByteString.copyFromUtf8("state at " + snapshot.position().index());
    send(
        new Outbound(
            peer, new SnapshotChunk(core.status().term(), snapshot, bytes.size(), 0, bytes, 0)));
  }

  private void install(ReceivedChunk received) {
    SnapshotChunk chunk = received.chunk();
    snapshot = chunk.header();
    applied = snapshot.position();
    core.snapshotInstalled(snapshot);
    if (core.status().last().equals(applied)) {
      disk.clear();
    } else {
      disk.headMap(applied.index(), true).clear();
    }
    say("installs the snapshot at " + TraceText.of(applied));
    send(
        new Outbound(
            received.from(),
            new SnapshotReply(core.status().term(), applied, chunk.length(), true)));
  }

  private void send(Outbound out) {
    outbox.add(out);
    say("-> S" + out.to() + " " + TraceText.of(out.message()));
  }

  private void tellStanding() {
    String now = standing();
    if (!now.equals(told)) {
      told = now;
      say("is " + now);
    }
  }

  private String standing() {
    GroupStatus status = core.status();
    String role = status.role().name().toLowerCase(Locale.ROOT).replace('_', '-');
    boolean follows = status.leader() != 0 && status.leader() != id;
    return role + " in term " + status.term() + (follows ? " of S" + status.leader() : "");
  }

  void say(String what) {
    trace.accept("S" + id + " " + what);
  }
}
