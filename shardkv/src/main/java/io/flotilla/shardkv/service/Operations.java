package io.flotilla.shardkv.service;

import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.raft.ProposeResult;
import io.flotilla.raft.ReadResult;
import io.flotilla.shardkv.group.KvCommandCodec;
import io.flotilla.shardkv.group.KvResult;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.ShardState;
import io.flotilla.shardkv.store.StoreDamage;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import io.flotilla.v1.ScanRequest;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Client calls on the groups of this node: admitted, proposed or read, parked while their shard
 * moves. Owned by the loop.
 *
 * <p>Admission only saves work: what counts is that ownership is judged again when a command is
 * applied, and in the same step in which a read is evaluated.
 */
public final class Operations {
  private final EventLoop loop;
  private final Parking parking;
  private final WriteBrake brake;
  private final TreeMap<Integer, OpenGroup> groups = new TreeMap<>();
  private Optional<ShardMap> map = Optional.empty();

  public Operations(EventLoop loop) {
    this.loop = loop;
    this.parking = new Parking(loop);
    this.brake = new WriteBrake(loop);
  }

  /** A replica was opened here. */
  public void opened(OpenGroup group) {
    int gid = group.raft().id().gid();
    groups.put(gid, group);
    group.machine().listen((shard, before, after) -> loop.execute(() -> release(gid, shard)));
  }

  /** A replica was removed from here. */
  public void closed(int gid) {
    groups.remove(gid);
    parking.takeAll(gid).forEach(waiting -> waiting.complete(Refusals.notLeader(0)));
  }

  /** The role of a replica has changed: who lost leadership keeps nobody waiting. */
  public void roleChanged(int gid) {
    OpenGroup group = groups.get(gid);
    if (group != null && !group.isLedHere()) {
      Outcome refusal = Refusals.notLeader(group.raft().status().leader());
      parking.takeAll(gid).forEach(waiting -> waiting.complete(refusal));
    }
  }

  /** A newer map: calls parked at a source whose shard has gone elsewhere can be told so. */
  public void mapChanged(ShardMap newer) {
    map = Optional.of(newer);
    for (OpenGroup group : groups.values()) {
      for (int shard = 0; shard < newer.shardCount(); shard++) {
        if (isGone(group, shard)) {
          release(group.raft().id().gid(), shard);
        }
      }
    }
  }

  /** The newest map this node has seen. */
  public Optional<ShardMap> map() {
    return map;
  }

  /** The replica of {@code gid} here, if there is one. */
  public Optional<OpenGroup> group(int gid) {
    return Optional.ofNullable(groups.get(gid));
  }

  /** All replicas here, by gid. */
  public Iterable<OpenGroup> groups() {
    return groups.values();
  }

  /** Calls waiting for a move, for metrics. */
  public int parkedCalls() {
    return parking.calls();
  }

  /** Executes one call; {@code answer} is called once, on the loop. */
  public void execute(Operation request, long deadlineNanos, Consumer<Outcome> answer) {
    PendingOperation operation = new PendingOperation(request, deadlineNanos, answer);
    if (map.isEmpty()) {
      operation.complete(Refusals.unavailable("this node has no map yet"));
      return;
    }
    Optional<String> problem = Intake.problemOf(request, map.get().shardCount());
    if (problem.isPresent()) {
      operation.complete(Refusals.invalid(problem.get()));
    } else if (request.getRequestCase() == Operation.RequestCase.REQUEST_NOT_SET) {
      operation.complete(Refusals.invalid("an operation this version does not know"));
    } else {
      admit(operation);
    }
  }

  private void admit(PendingOperation operation) {
    admit(operation, true);
  }

  private void admit(PendingOperation operation, boolean mayWait) {
    OpenGroup group = groups.get(operation.request().getGroup());
    if (group == null) {
      operation.complete(Refusals.notLeader(0));
    } else if (!group.isLedHere()) {
      operation.complete(Refusals.notLeader(group.raft().status().leader()));
    } else if (operation.deadlineNanos() <= loop.nanoTime()) {
      operation.complete(Refusals.outOfTime());
    } else if (isServedOrHandled(group, operation)) {
      if (Intake.isRead(operation.request())) {
        read(group, operation);
      } else if (!mayWait || !isDelayed(group, operation)) {
        propose(group, operation);
      }
    }
  }

  /** Whether a write was slowed down, or refused because too many are. */
  private boolean isDelayed(OpenGroup group, PendingOperation operation) {
    ShardState state = group.machine().shard(operation.request().getShard());
    long delay = WriteBrake.delayNanos(state, group.machine().sizes());
    if (delay == 0) {
      return false;
    }
    if (!brake.delay(delay, () -> admit(operation, false))) {
      operation.complete(Refusals.busy());
    }
    return true;
  }

  /** Whether the shard is served here; if not, the call was parked or refused. */
  private boolean isServedOrHandled(OpenGroup group, PendingOperation operation) {
    if (operation.request().hasScan()) {
      return true;
    }
    int gid = group.raft().id().gid();
    int shard = operation.request().getShard();
    ShardState state = group.machine().shard(shard);
    if (state.phase().serves()) {
      return true;
    }
    if (!state.phase().parks()) {
      operation.complete(Refusals.wrongOwner(state.forward()));
    } else if (isGone(group, shard)) {
      ShardEntry entry = map.orElseThrow().shard(shard);
      operation.complete(Refusals.wrongOwner(new ShardState.Forward(entry.owner(), entry.epoch())));
    } else if (!parking.park(gid, shard, operation)) {
      operation.complete(Refusals.busy());
    }
    return false;
  }

  /**
   * Whether the map proves that a shard frozen here has another owner: an entry at or above the
   * epoch its move leads to. With this group as owner the move was aborted, and END will come.
   */
  private boolean isGone(OpenGroup group, int shard) {
    ShardState state = group.machine().shard(shard);
    if (map.isEmpty() || state.phase() != Phase.FROZEN) {
      return false; // Without a map nothing is proven: a group may reopen before there is one.
    }
    ShardEntry entry = map.get().shard(shard);
    return entry.owner() != group.raft().id().gid() && entry.epoch() >= state.transit().epoch();
  }

  private void propose(OpenGroup group, PendingOperation operation) {
    group
        .raft()
        .propose(
            KvCommandCodec.encode(Intake.command(operation.request())),
            result -> proposed(operation, result));
  }

  private void proposed(PendingOperation operation, ProposeResult<KvResult> result) {
    if (result instanceof ProposeResult.Applied<KvResult> applied) {
      applied(operation, applied.result());
    } else if (result instanceof ProposeResult.NotLeader<KvResult> refused) {
      operation.complete(Refusals.notLeader(refused.leader()));
    } else if (result instanceof ProposeResult.Busy<KvResult>) {
      operation.complete(Refusals.busy());
    } else {
      operation.complete(Refusals.unknown());
    }
  }

  private void applied(PendingOperation operation, KvResult result) {
    if (result instanceof KvResult.Answered answered) {
      operation.complete(Answers.of(operation.request(), answered.answer()));
    } else if (result instanceof KvResult.WrongOwner wrong) {
      operation.complete(Refusals.wrongOwner(wrong.forward()));
    } else if (result instanceof KvResult.Refused refused) {
      operation.complete(Refusals.refused(refused.reason()));
    } else {
      // Applied after the freeze, without effect: it waits like those that came later.
      admit(operation);
    }
  }

  private void read(OpenGroup group, PendingOperation operation) {
    group.raft().readIndex(result -> readAllowed(group, operation, result));
  }

  private void readAllowed(OpenGroup group, PendingOperation operation, ReadResult result) {
    if (result instanceof ReadResult.NotLeader refused) {
      operation.complete(Refusals.notLeader(refused.leader()));
    } else if (result instanceof ReadResult.Busy) {
      operation.complete(Refusals.busy());
    } else if (isServedOrHandled(group, operation)) {
      operation.complete(evaluate(group, operation.request()));
    }
  }

  private static Outcome evaluate(OpenGroup group, Operation request) {
    try {
      if (request.hasScan()) {
        ScanRequest scan = request.getScan();
        return Answers.scanned(
            group
                .machine()
                .scan(scan.getShardsList(), scan.getPrefix(), scan.getAfter(), scan.getLimit()));
      }
      return Answers.got(group.machine().get(request.getShard(), request.getGet().getKey()));
    } catch (StoreDamage damage) {
      return Refusals.notLeader(0); // This replica is closed in a moment, and another will lead.
    }
  }

  /** The shard may be served now, or gone: every call that waited for it starts again. */
  private void release(int gid, int shard) {
    OpenGroup group = groups.get(gid);
    boolean stillParks =
        group != null && group.machine().shard(shard).phase().parks() && !isGone(group, shard);
    if (!stillParks) {
      parking.take(gid, shard).forEach(this::admit);
    }
  }
}
