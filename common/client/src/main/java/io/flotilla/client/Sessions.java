package io.flotilla.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.v1.OpenSessionRequest;
import io.flotilla.v1.OpenSessionResponse;
import java.util.Optional;

/**
 * Opens sessions: one at a time for new calls. Owned by the loop.
 *
 * <p>When half of its span is over a fresh one is asked for, beside the calls; should that fail,
 * the old one goes on serving until three quarters are over, so that a controller without quorum is
 * not felt at once.
 *
 * <p>The span is counted from before the question was sent, on this client's monotonic clock, so
 * that it can only end early here, never late (a session used after the cluster has forgotten it is
 * refused, not re-created).
 */
final class Sessions {
  private static final String OPEN = "flotilla.v1.Kv/OpenSession";
  private static final long OPEN_NANOS = 1_000_000_000L;
  private static final long SPAN_NANOS_MAX = 24 * 3_600_000_000_000L;

  private final ClientSeams seams;
  private final Endpoints endpoints;
  private final Backoff backoff;
  private Optional<Session> current = Optional.empty();
  private Runnable onOpened = () -> {};
  private int failures;
  private long life;
  private boolean isOpening;
  private boolean isClosed;

  Sessions(ClientSeams seams, Endpoints endpoints) {
    this.seams = seams;
    this.endpoints = endpoints;
    this.backoff = new Backoff(seams.random());
  }

  void onOpened(Runnable listener) {
    onOpened = listener;
  }

  void close() {
    isClosed = true;
  }

  /** Learns of nodes that can be asked. */
  void learn(ShardMap map) {
    endpoints.learn(map);
  }

  /** The session for new calls; if there is none, one is being opened. */
  Optional<Session> current(long nowNanos) {
    if (current.isPresent() && current.get().isRetired(nowNanos)) {
      current = Optional.empty();
    }
    if (current.isEmpty() || current.get().needsRenewal(nowNanos)) {
      open();
    }
    return current;
  }

  /** The cluster has forgotten {@code session}: the next call needs another. */
  void expired(Session session) {
    if (current.isPresent() && current.get().equals(session)) {
      current = Optional.empty();
    }
  }

  /** Another cluster has never heard of the session. One being opened may be of either. */
  void forget() {
    current = Optional.empty();
    life++;
  }

  private void open() {
    if (isOpening || isClosed) {
      return;
    }
    isOpening = true;
    long asked = seams.loop().nanoTime();
    long askedIn = life;
    seams
        .rpc()
        .ask(
            endpoints.current(),
            OPEN,
            OpenSessionRequest.getDefaultInstance().toByteString(),
            OPEN_NANOS,
            new RpcReply() {
              @Override
              public void answer(ByteString response) {
                seams.loop().execute(() -> opened(askedIn, asked, response));
              }

              @Override
              public void fail(RpcFailure failure) {
                seams.loop().execute(Sessions.this::notOpened);
              }
            });
  }

  private void opened(long askedIn, long asked, ByteString response) {
    try {
      OpenSessionResponse session = OpenSessionResponse.parseFrom(response);
      long span = Math.min(session.getRemainingNanos(), SPAN_NANOS_MAX);
      if (span <= 0 || askedIn != life) {
        notOpened();
        return;
      }
      isOpening = false;
      failures = 0;
      current =
          Optional.of(new Session(session.getSession(), asked + span / 2, asked + span / 4 * 3));
      onOpened.run();
    } catch (InvalidProtocolBufferException malformed) {
      notOpened();
    }
  }

  private void notOpened() {
    endpoints.next();
    seams
        .loop()
        .schedule(
            backoff.nanosAfter(failures++ / endpoints.count()),
            () -> {
              isOpening = false;
              open();
            });
  }
}
