package io.flotilla.client;

import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.client.FlotillaException.Code;
import io.flotilla.client.ShardRouter.Route;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import io.flotilla.v1.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Every call between submission and final answer: sends attempts, reads refusals, tries again until
 * the deadline. Owned by the loop.
 *
 * <p>A call has at most one attempt under way. An attempt that gets no answer in time is given up,
 * not cancelled: the next one carries the same operation id, so both together have one effect.
 */
final class Calls {
  private static final long SWEEP_NANOS = 20_000_000;
  private static final long ATTEMPT_NANOS = 1_000_000_000;

  private record Attempt(PendingCall call, Route route, long expiresNanos) {}

  private final EventLoop loop;
  private final Rpc rpc;
  private final ShardRouter router;
  private final Sessions sessions;
  private final MapWatch watch;
  private final Backoff backoff;
  private final int maxPending;
  private final TreeMap<Long, PendingCall> pending = new TreeMap<>();
  private final TreeMap<Long, Attempt> attempts = new TreeMap<>();
  private final TreeMap<String, NodeStream> streams = new TreeMap<>();
  private final List<PendingCall> waiting = new ArrayList<>();
  private long lastAttempt;
  private boolean isSweeping;
  private boolean isClosed;

  Calls(ClientSeams seams, ShardRouter router, Sessions sessions, MapWatch watch, int maxPending) {
    this.loop = seams.loop();
    this.rpc = seams.rpc();
    this.router = router;
    this.sessions = sessions;
    this.watch = watch;
    this.backoff = new Backoff(seams.random());
    this.maxPending = maxPending;
    sessions.onOpened(this::resume);
    watch.onMap(
        map -> {
          router.update(map);
          resume();
        });
  }

  void submit(PendingCall call) {
    if (isClosed) {
      call.completion.failed(new FlotillaException(Code.UNAVAILABLE, "the client is closed"));
    } else if (pending.size() >= maxPending) {
      call.completion.failed(
          new FlotillaException(Code.BUSY, "more than " + maxPending + " calls are pending"));
    } else {
      pending.put(call.id, call);
      dispatch(call);
      sweepLater();
    }
  }

  void close() {
    isClosed = true;
    for (PendingCall call : List.copyOf(pending.values())) {
      fail(call, call.expired());
    }
    streams.values().forEach(NodeStream::close);
    streams.clear();
  }

  private void dispatch(PendingCall call) {
    if (!pending.containsKey(call.id)) {
      return;
    }
    if (router.map().isEmpty()) {
      waiting.add(call);
      return;
    }
    call.place(router.map().get().shardCount());
    if (call.isMutation && !isNamed(call)) {
      waiting.add(call);
      return;
    }
    Optional<Route> route = router.route(call.shard());
    if (route.isEmpty()) {
      watch.refresh();
      retryLater(call);
    } else {
      send(call, route.get());
    }
  }

  /** Whether the mutation has a name, giving it one if a session is open. */
  private boolean isNamed(PendingCall call) {
    if (call.name().isPresent()) {
      return true;
    }
    Optional<Session> session = sessions.current();
    if (session.isEmpty() || !session.get().hasRoom(call.shard())) {
      return false;
    }
    call.name(new PendingCall.Name(session.get(), session.get().begin(call.shard())));
    return true;
  }

  private void send(PendingCall call, Route route) {
    lastAttempt++;
    call.attempted();
    long now = loop.nanoTime();
    attempts.put(lastAttempt, new Attempt(call, route, now + ATTEMPT_NANOS));
    Operation.Builder operation =
        call.request.toBuilder()
            .setCall(lastAttempt)
            .setGroup(route.gid())
            .setShard(call.shard())
            .setEpoch(route.epoch())
            .setShardCount(router.map().orElseThrow().shardCount())
            .setRemainingNanos(Math.max(1, call.deadlineNanos - now));
    call.name().ifPresent(name -> operation.setOp(name.session().opId(call.shard(), name.seq())));
    stream(route.node().client()).send(operation.build());
  }

  private NodeStream stream(String address) {
    NodeStream open = streams.get(address);
    if (open != null && !open.isOver()) {
      return open;
    }
    NodeStream opened = new NodeStream(address, rpc, loop, new StreamEvents(address));
    streams.put(address, opened);
    return opened;
  }

  private void onOutcome(Outcome outcome) {
    Attempt attempt = attempts.remove(outcome.getCall());
    if (attempt == null || !pending.containsKey(attempt.call().id)) {
      return;
    }
    if (outcome.hasRefusal()) {
      refused(attempt, outcome.getRefusal());
    } else {
      router.leads(attempt.route().gid(), attempt.route().node().node());
      finish(attempt.call());
      attempt.call().completion.answered(outcome);
    }
  }

  private void refused(Attempt attempt, Refusal refusal) {
    PendingCall call = attempt.call();
    Route route = attempt.route();
    call.refused();
    switch (refusal.getCode()) {
      case NOT_LEADER -> {
        router.notLeader(route.gid(), route.node().node(), refusal.getLeader());
        retry(call, refusal.getLeader() != 0);
      }
      case WRONG_OWNER -> {
        router.wrongOwner(call.shard(), refusal.getOwner(), refusal.getOwnerEpoch());
        watch.refresh();
        retry(call, false);
      }
      case INVALID_ARGUMENT ->
          fail(call, new FlotillaException(Code.INVALID_ARGUMENT, refusal.getMessage()));
      case SESSION_EXPIRED -> sessionExpired(call);
      case BUSY -> {
        call.busy();
        retryLater(call);
      }
      case STALE, UNKNOWN -> {
        call.unanswered();
        retryLater(call);
      }
      default -> retryLater(call);
    }
  }

  /**
   * Every earlier attempt was refused: the call has not happened and gets a new name. Otherwise an
   * attempt may have been executed before its session's rows went, and nobody can tell any more.
   */
  private void sessionExpired(PendingCall call) {
    sessions.expired();
    if (call.isUnanswered()) {
      fail(call, call.expired());
    } else {
      call.forgetName();
      retryLater(call);
    }
  }

  /**
   * The first retry after a useful hint goes at once; later ones wait, or hints could ping-pong.
   */
  private void retry(PendingCall call, boolean isHinted) {
    if (isHinted && call.attempts() < 3) {
      dispatch(call);
    } else {
      retryLater(call);
    }
  }

  private void retryLater(PendingCall call) {
    loop.schedule(backoff.nanosAfter(call.attempts()), () -> dispatch(call));
  }

  private void resume() {
    List<PendingCall> now = List.copyOf(waiting);
    waiting.clear();
    now.forEach(this::dispatch);
  }

  private void finish(PendingCall call) {
    pending.remove(call.id);
    call.end();
  }

  private void fail(PendingCall call, FlotillaException failure) {
    finish(call);
    call.completion.failed(failure);
  }

  private void sweepLater() {
    if (!isSweeping) {
      isSweeping = true;
      loop.schedule(SWEEP_NANOS, this::sweep);
    }
  }

  /** Ends calls whose time is up and gives up attempts that nobody answers. */
  private void sweep() {
    isSweeping = false;
    long now = loop.nanoTime();
    List<PendingCall> expired = new ArrayList<>();
    for (PendingCall call : pending.values()) {
      if (call.deadlineNanos <= now) {
        expired.add(call);
      }
    }
    expired.forEach(call -> fail(call, call.expired()));
    List<Long> givenUp = new ArrayList<>();
    attempts.forEach(
        (id, attempt) -> {
          if (attempt.expiresNanos() <= now || !pending.containsKey(attempt.call().id)) {
            givenUp.add(id);
          }
        });
    givenUp.forEach(id -> lost(attempts.remove(id), true));
    waiting.removeIf(call -> !pending.containsKey(call.id));
    if (!waiting.isEmpty()) {
      resume();
    }
    if (!pending.isEmpty()) {
      sweepLater();
    }
  }

  private void lost(Attempt attempt, boolean wasSent) {
    router.unreachable(attempt.route().gid(), attempt.route().node().node());
    PendingCall call = attempt.call();
    if (pending.containsKey(call.id)) {
      if (wasSent) {
        call.unanswered();
      } else {
        call.refused();
      }
      retry(call, call.attempts() == 1);
    }
  }

  /** What the stream to one node tells. */
  private final class StreamEvents implements NodeStream.Listener {
    private final String address;

    StreamEvents(String address) {
      this.address = address;
    }

    @Override
    public void onOutcome(Outcome outcome) {
      Calls.this.onOutcome(outcome);
    }

    @Override
    public void onOver(List<Long> unanswered, List<Long> unsent) {
      NodeStream known = streams.get(address);
      if (known != null && known.isOver()) {
        streams.remove(address);
      }
      unanswered.forEach(id -> lost(id, true));
      unsent.forEach(id -> lost(id, false));
      watch.refresh();
    }

    private void lost(long id, boolean wasSent) {
      Attempt attempt = attempts.remove(id);
      if (attempt != null) {
        Calls.this.lost(attempt, wasSent);
      }
    }
  }
}
