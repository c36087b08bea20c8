package io.flotilla.client;

import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.client.FlotillaException.Code;
import io.flotilla.client.ShardRouter.Route;
import io.flotilla.v1.Outcome;
import io.flotilla.v1.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Every call between submission and final answer: sends attempts, reads refusals, tries again until
 * the deadline. Owned by the loop.
 *
 * <p>A call waits for at most one attempt. One that takes too long is given up, not cancelled: the
 * next carries the same operation id, so both together have one effect, and whichever is answered
 * first answers the call.
 */
final class Calls {
  private static final long SWEEP_NANOS = 20_000_000;
  private static final long ATTEMPT_NANOS = 1_000_000_000;

  private final EventLoop loop;
  private final ShardRouter router;
  private final Sessions sessions;
  private final MapWatch watch;
  private final Backoff backoff;
  private final NodeStreams streams;
  private final DueHeap<PendingCall> pending = new DueHeap<>();
  private final DueHeap<Attempt> awaited = new DueHeap<>();
  private List<PendingCall> waiting = new ArrayList<>();
  private long lastAttempt;
  private boolean isSweeping;
  private boolean isClosed;

  Calls(ClientSeams seams, ShardRouter router, Sessions sessions, MapWatch watch) {
    this.loop = seams.loop();
    this.router = router;
    this.sessions = sessions;
    this.watch = watch;
    this.backoff = new Backoff(seams.random());
    this.streams = new NodeStreams(seams, new StreamEvents());
    sessions.onOpened(this::resume);
  }

  /** Works by a newer map from now on. */
  void take(ShardMap map) {
    router.update(map);
    sessions.learn(map);
    streams.keepOnly(map);
    resume();
  }

  /** Another cluster is at our addresses: what was learned of the last one means nothing now. */
  void forgetCluster() {
    router.forget();
    sessions.forget();
    for (PendingCall call : pending.entries()) {
      if (call.mayHaveHappened()) {
        fail(call, call.given("another cluster has taken the place of the one that was asked"));
      } else if (call.name().isPresent()) {
        call.forgetName();
      }
    }
  }

  void submit(PendingCall call) {
    if (isClosed) {
      call.completion.failed(closed());
    } else {
      pending.add(call);
      dispatch(call);
      sweepLater();
    }
  }

  /** What a call hears that comes after the client was closed. */
  static FlotillaException closed() {
    return new FlotillaException(Code.UNAVAILABLE, "the client is closed; nothing was changed");
  }

  void close() {
    isClosed = true;
    while (!pending.isEmpty()) {
      fail(pending.first(), pending.first().given("the client was closed"));
    }
    waiting.clear();
    streams.close();
  }

  private void dispatch(PendingCall call) {
    if (call.isDone()) {
      return;
    }
    long now = loop.nanoTime();
    if (call.isDue(now)) {
      fail(call, timedOut(call));
      return;
    }
    if (router.map().isEmpty()) {
      waiting.add(call);
      return;
    }
    call.place(router.map().get().shardCount());
    if (call.isMutation && !isNamed(call, now)) {
      waiting.add(call);
      return;
    }
    Optional<Route> route = router.route(call.shard());
    if (route.isEmpty()) {
      // The next map resumes it, or the sweep; its own timer would never back off, for a call that
      // is never sent counts no attempts.
      watch.refresh();
      waiting.add(call);
    } else {
      send(call, route.get(), now);
    }
  }

  /** Whether the mutation has a name, giving it one if a session is open. */
  private boolean isNamed(PendingCall call, long now) {
    if (call.name().isPresent()) {
      return true;
    }
    Optional<Session> session = sessions.current(now);
    if (session.isEmpty()) {
      return false;
    }
    if (!session.get().hasRoom(call.shard())) {
      call.refused(Code.BUSY);
      return false;
    }
    call.name(new PendingCall.Name(session.get(), session.get().begin(call.shard())));
    return true;
  }

  private void send(PendingCall call, Route route, long now) {
    NodeStream stream = streams.to(route.node().client());
    Attempt attempt = new Attempt(++lastAttempt, call, route, stream, now + ATTEMPT_NANOS);
    call.attempted(attempt).forEach(old -> old.stream.forget(old));
    awaited.add(attempt);
    stream.send(attempt);
  }

  private void answered(Attempt attempt, Outcome outcome) {
    awaited.remove(attempt);
    PendingCall call = attempt.call;
    call.over(attempt);
    if (call.isDone()) {
      return;
    }
    // Request and result of one kind have the same number.
    if (outcome.getResultCase().getNumber() == call.request.getRequestCase().getNumber()) {
      if (!attempt.isGivenUp()) {
        router.leads(attempt.route.gid(), attempt.route.node().node());
      }
      finish(call);
      call.completion.answered(outcome);
    } else {
      refused(attempt, outcome.getRefusal());
    }
  }

  /**
   * All but "unknown" promise that this attempt had no effect. Who has been given up only adds to
   * what is known of the call: another attempt is on its way already.
   */
  private void refused(Attempt attempt, Refusal refusal) {
    PendingCall call = attempt.call;
    switch (refusal.getCode()) {
      case UNKNOWN, CODE_UNSPECIFIED, UNRECOGNIZED -> call.unanswered();
      case STALE -> {
        // Only said to calls that have ended, so who hears it cannot know what became of this one.
        call.unanswered();
        fail(call, call.given("the cluster has closed the book on it"));
      }
      case INVALID_ARGUMENT ->
          // Decided from the operation alone, or recorded under its id: it holds for every attempt.
          fail(call, new FlotillaException(Code.INVALID_ARGUMENT, refusal.getMessage()));
      default -> {}
    }
    if (!attempt.isGivenUp() && !call.isDone()) {
      retryRefused(attempt, refusal);
    }
  }

  private void retryRefused(Attempt attempt, Refusal refusal) {
    PendingCall call = attempt.call;
    switch (refusal.getCode()) {
      case NOT_LEADER -> {
        int gid = attempt.route.gid();
        boolean isHinted = router.notLeader(gid, attempt.route.node().node(), refusal.getLeader());
        if (!isHinted) {
          // A node without the group says so too: the group may be gone, and our map old.
          watch.refresh();
        }
        retry(call, isHinted);
      }
      case WRONG_OWNER -> {
        boolean isHinted =
            router.wrongOwner(
                call.shard(), attempt.route.gid(), refusal.getOwner(), refusal.getOwnerEpoch());
        watch.refresh();
        retry(call, isHinted);
      }
      case SESSION_EXPIRED -> sessionExpired(call);
      case BUSY -> {
        call.refused(Code.BUSY);
        retryLater(call);
      }
      default -> retryLater(call);
    }
  }

  /**
   * If every attempt was refused, the call has not happened and gets a new name. Otherwise one may
   * have been executed before its session's rows went, and nobody can tell any more.
   */
  private void sessionExpired(PendingCall call) {
    call.name().ifPresent(name -> sessions.expired(name.session()));
    if (call.mayHaveHappened()) {
      fail(call, call.given("its session has expired"));
    } else {
      call.forgetName();
      call.refused(Code.SESSION_EXPIRED);
      retryLater(call);
    }
  }

  /**
   * The first retries after a useful hint go at once; later ones wait, or hints could ping-pong.
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
    if (!waiting.isEmpty()) {
      List<PendingCall> now = waiting;
      waiting = new ArrayList<>();
      now.forEach(this::dispatch);
    }
  }

  private void finish(PendingCall call) {
    pending.remove(call);
    for (Attempt attempt : call.done()) {
      awaited.remove(attempt);
      attempt.stream.forget(attempt);
    }
  }

  private void fail(PendingCall call, FlotillaException failure) {
    finish(call);
    call.completion.failed(failure);
  }

  private static FlotillaException timedOut(PendingCall call) {
    return call.given("its time was over");
  }

  private void sweepLater() {
    if (!isSweeping && !pending.isEmpty()) {
      isSweeping = true;
      loop.schedule(SWEEP_NANOS, this::sweep);
    }
  }

  /** Ends calls whose time is up and gives up attempts that nobody answers. */
  private void sweep() {
    isSweeping = false;
    long now = loop.nanoTime();
    while (!pending.isEmpty() && pending.first().isDue(now)) {
      fail(pending.first(), timedOut(pending.first()));
    }
    while (!awaited.isEmpty() && awaited.first().isDue(now)) {
      giveUp(awaited.first());
    }
    waiting.removeIf(PendingCall::isDone);
    resume();
    sweepLater();
  }

  /** Took too long. If it is still queued it never leaves; else its answer may still come. */
  private void giveUp(Attempt attempt) {
    awaited.remove(attempt);
    if (attempt.stream.withdraw(attempt)) {
      attempt.call.over(attempt);
    }
    attempt.giveUp();
    retryElsewhere(attempt);
  }

  private void lost(Attempt attempt) {
    awaited.remove(attempt);
    attempt.call.over(attempt);
    if (!attempt.isGivenUp()) {
      retryElsewhere(attempt);
    }
  }

  private void retryElsewhere(Attempt attempt) {
    router.unreachable(attempt.route.gid(), attempt.route.node().node());
    retry(attempt.call, attempt.call.attempts() == 1);
  }

  /** What the streams tell. Attempts of calls that have ended are in none of them. */
  private final class StreamEvents implements NodeStream.Listener {
    @Override
    public void onOutcome(Attempt attempt, Outcome outcome) {
      Calls.this.answered(attempt, outcome);
    }

    @Override
    public void onOver(List<Attempt> unanswered, List<Attempt> unsent) {
      unanswered.forEach(attempt -> attempt.call.unanswered());
      unanswered.forEach(Calls.this::lost);
      unsent.forEach(Calls.this::lost);
      watch.refresh();
    }
  }
}
