package io.flotilla.client;

import io.flotilla.client.ShardRouter.Route;
import io.flotilla.v1.Operation;

/**
 * One try of a call at one node. Falls due when its answer is no longer waited for; that answer
 * still counts if it comes before the call has ended. Owned by the loop.
 */
final class Attempt extends DueHeap.Entry {
  /** How far it got. */
  enum State {
    /** Waits for its stream: nothing of it has left. */
    QUEUED,
    /** Taken back while queued: it never leaves. */
    WITHDRAWN,
    /** Given to the stream; only its answer can tell whether it was executed. */
    SENT
  }

  final long id;
  final PendingCall call;
  final Route route;
  final NodeStream stream;
  private State state = State.QUEUED;
  private boolean isGivenUp;

  Attempt(long id, PendingCall call, Route route, NodeStream stream, long dueNanos) {
    super(dueNanos);
    this.id = id;
    this.call = call;
    this.route = route;
    this.stream = stream;
  }

  boolean isQueued() {
    return state == State.QUEUED;
  }

  boolean isSent() {
    return state == State.SENT;
  }

  void withdrawn() {
    state = State.WITHDRAWN;
  }

  /** On its way now: the message, with the time that is left and the newest mark of the session. */
  Operation sent(long nowNanos) {
    state = State.SENT;
    Operation.Builder operation =
        call.request
            .setCall(id)
            .setGroup(route.gid())
            .setEpoch(route.epoch())
            .setShard(call.shard())
            .setShardCount(call.shardCount())
            .setRemainingNanos(Math.max(1, call.dueNanos - nowNanos));
    call.name().ifPresent(name -> operation.setOp(name.session().opId(call.shard(), name.seq())));
    return operation.build();
  }

  /** Whether another attempt was started, or will be, because this one took too long. */
  boolean isGivenUp() {
    return isGivenUp;
  }

  void giveUp() {
    isGivenUp = true;
  }
}
