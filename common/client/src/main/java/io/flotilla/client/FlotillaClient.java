package io.flotilla.client;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.GrpcRpc;
import io.flotilla.base.rpc.RpcLimits;
import io.flotilla.base.runtime.ThreadEventLoop;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.v1.GetResponse;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import io.flotilla.v1.PutIfVersionResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A client of one cluster: linearizable reads and writes, each write at most once however often it
 * is retried.
 *
 * <p>Thread-safe; any number of calls in flight, bounded by {@link ClientConfig#maxPending} and by
 * 256 MiB of keys and values; a call beyond the bound fails with BUSY before it returns. Futures
 * are completed on the client's own loop: continuations must not block. A call that has no answer
 * completes with a {@link FlotillaException} that says what may be concluded.
 */
public final class FlotillaClient implements AutoCloseable {
  private static final long PENDING_BYTES_MAX = 256L << 20;

  private final ClientSeams seams;
  private final Room room;
  private final Calls calls;
  private final MapWatch watch;
  private final Sessions sessions;
  private final ShardRouter router;
  private final AdminClient admin;
  private final long deadlineNanos;
  private final Runnable onClosed;
  private final Inbox<PendingCall> inbox;
  private final Inbox<Scan> scanInbox;
  private final Map<Scan, Boolean> scans = new LinkedHashMap<>();

  private FlotillaClient(ClientSeams seams, ClientConfig config, Runnable onClosed) {
    this.seams = seams;
    this.onClosed = onClosed;
    this.deadlineNanos = config.deadline().toNanos();
    this.room = new Room(config.maxPending(), PENDING_BYTES_MAX);
    Endpoints endpoints = new Endpoints(config.endpoints(), seams.random());
    this.router = new ShardRouter();
    this.watch = new MapWatch(seams, endpoints);
    this.sessions = new Sessions(seams, new Endpoints(config.endpoints(), seams.random()));
    this.calls = new Calls(seams, router, sessions, watch);
    this.admin =
        new AdminClient(seams, new Endpoints(config.endpoints(), seams.random()), deadlineNanos);
    this.inbox =
        new Inbox<>(seams.loop(), calls::submit, call -> call.completion.failed(Calls.closed()));
    this.scanInbox = new Inbox<>(seams.loop(), this::start, Scan::refuse);
    watch.onSuccessor(this::forgetCluster);
    watch.onMap(
        map -> {
          admin.learn(map);
          calls.take(map);
        });
    seams.loop().execute(watch::start);
  }

  /** Connects to the cluster that has these nodes, {@code host:port} of their client ports. */
  public static FlotillaClient connect(String... endpoints) {
    return connect(ClientConfig.of(List.of(endpoints)));
  }

  /** Connects with a configuration; returns at once, calls wait for the cluster. */
  public static FlotillaClient connect(ClientConfig config) {
    AtomicReference<Runnable> onBroken = new AtomicReference<>();
    ThreadEventLoop loop =
        new ThreadEventLoop(
            "flotilla-client",
            failure -> {
              broken(failure);
              Optional.ofNullable(onBroken.get()).ifPresent(Runnable::run);
            });
    GrpcRpc rpc = new GrpcRpc(RpcLimits.DEFAULT);
    ClientSeams seams = new ClientSeams(loop, rpc, new SplittableRandom());
    FlotillaClient client =
        new FlotillaClient(
            seams,
            config,
            () -> {
              rpc.close();
              loop.close();
            });
    onBroken.set(client::abandon);
    return client;
  }

  /** A client over given seams, as the simulator runs it; the seams stay the caller's. */
  public static FlotillaClient over(ClientSeams seams, ClientConfig config) {
    return new FlotillaClient(seams, config, () -> {});
  }

  /** The value of {@code key}, linearizable. */
  public CompletableFuture<Optional<ByteString>> get(ByteString key) {
    return call(
        () -> Requests.get(key),
        key,
        0,
        outcome ->
            outcome.getGet().getFound()
                ? Optional.of(outcome.getGet().getValue())
                : Optional.empty());
  }

  /** The value of {@code key} with its version. */
  public CompletableFuture<Optional<VersionedValue>> getVersioned(ByteString key) {
    return call(() -> Requests.get(key), key, 0, outcome -> versioned(outcome.getGet()));
  }

  /** Sets {@code key} to {@code value}. */
  public CompletableFuture<Void> put(ByteString key, ByteString value) {
    return call(() -> Requests.put(key, value), key, value.size(), done -> null);
  }

  /** Adds {@code value} at the end of the present value; an absent key counts as empty. */
  public CompletableFuture<Void> append(ByteString key, ByteString value) {
    return call(() -> Requests.append(key, value), key, value.size(), done -> null);
  }

  /** Removes {@code key}; whether it was there. */
  public CompletableFuture<Boolean> delete(ByteString key) {
    return call(() -> Requests.delete(key), key, 0, outcome -> outcome.getDelete().getExisted());
  }

  /** Sets {@code key} if its value is {@code expected} (empty: absent); whether it was. */
  public CompletableFuture<Boolean> compareAndSet(
      ByteString key, Optional<ByteString> expected, ByteString value) {
    return call(
        () -> Requests.compareAndSet(key, expected, value),
        key,
        expected.orElse(ByteString.EMPTY).size() + value.size(),
        outcome -> outcome.getCompareAndSet().getSwapped());
  }

  /** Sets {@code key} if its version is {@code version}; 0 means that it must be absent. */
  public CompletableFuture<PutResult> putIfVersion(ByteString key, ByteString value, long version) {
    return call(
        () -> Requests.putIfVersion(key, value, version),
        key,
        value.size(),
        outcome -> putResult(outcome.getPutIfVersion()));
  }

  /**
   * The keys that start with {@code prefix}, in order of unsigned bytes over all shards.
   *
   * <p>Each shard is read linearizably; there is no snapshot over shards. Shards may move between
   * pages.
   *
   * @param limit rows of a page, 1 to 10,000
   * @param token {@link ScanPage#next} of the page before; empty for the first
   */
  public CompletableFuture<ScanPage> scan(
      ByteString prefix, int limit, Optional<ByteString> token) {
    CompletableFuture<ScanPage> page = new CompletableFuture<>();
    try {
      Requests.checkScan(prefix, limit, token.orElse(ByteString.EMPTY));
      enter(0);
    } catch (FlotillaException invalid) {
      page.completeExceptionally(invalid);
      return page;
    }
    long deadline = seams.loop().nanoTime() + deadlineNanos;
    Scan scan =
        new Scan(
            new Scan.Request(prefix, token.orElse(ByteString.EMPTY), limit, deadline),
            new Scan.Surroundings(seams, router, watch, calls),
            page,
            this::over);
    scanInbox.add(scan);
    return page;
  }

  /** The controller's operations. */
  public AdminClient admin() {
    return admin;
  }

  /** Fails what is pending, and every call from now on, and disconnects. Twice is harmless. */
  @Override
  public void close() {
    refuse();
    seams.loop().execute(this::disconnect);
  }

  private void forgetCluster() {
    calls.forgetCluster();
    failScans(
        new FlotillaException(
            FlotillaException.Code.UNAVAILABLE,
            "another cluster has taken the place of the one that was asked"));
  }

  private void failScans(FlotillaException failure) {
    List.copyOf(scans.keySet()).forEach(scan -> scan.fail(failure));
  }

  private void disconnect() {
    watch.close();
    sessions.close();
    calls.close();
    failScans(Calls.closed());
    admin.close();
    onClosed.run();
  }

  /** The loop has ended by itself: nobody may wait for what it can no longer do. */
  private void abandon() {
    refuse();
    disconnect();
  }

  private void refuse() {
    inbox.close();
    scanInbox.close();
    admin.refuse();
  }

  private void start(Scan scan) {
    scans.put(scan, true);
    scan.start();
  }

  private void over(Scan scan) {
    scans.remove(scan);
    room.give(0);
  }

  private <T> CompletableFuture<T> call(
      Supplier<Operation.Builder> request,
      ByteString key,
      int valueBytes,
      Function<Outcome, T> result) {
    CompletableFuture<T> future = new CompletableFuture<>();
    try {
      Operation.Builder operation = request.get();
      int bytes = key.size() + valueBytes;
      enter(bytes);
      PendingCall call =
          new PendingCall(
              operation,
              operation.getRequestCase() != Operation.RequestCase.GET,
              KeySlot.slot(key),
              seams.loop().nanoTime() + deadlineNanos,
              new FutureCompletion<>(future, result, room, bytes));
      inbox.add(call);
    } catch (FlotillaException refused) {
      future.completeExceptionally(refused);
    }
    return future;
  }

  private void enter(int bytes) {
    if (!room.take(bytes)) {
      throw new FlotillaException(
          FlotillaException.Code.BUSY, "too many calls, or too large ones, are pending");
    }
  }

  /** A broken invariant of the client's own: pending calls fail, the message says why. */
  private static void broken(Throwable failure) {
    System.getLogger(FlotillaClient.class.getName())
        .log(System.Logger.Level.ERROR, "the client has stopped", failure);
  }

  private static Optional<VersionedValue> versioned(GetResponse response) {
    return response.getFound()
        ? Optional.of(new VersionedValue(response.getValue(), response.getVersion()))
        : Optional.empty();
  }

  private static PutResult putResult(PutIfVersionResponse response) {
    return new PutResult(response.getStored(), response.getVersion());
  }

  /** Completes a future with what an outcome means to the caller. */
  private record FutureCompletion<T>(
      CompletableFuture<T> future, Function<Outcome, T> result, Room room, int bytes)
      implements PendingCall.Completion {
    @Override
    public void answered(Outcome outcome) {
      room.give(bytes);
      future.complete(result.apply(outcome));
    }

    @Override
    public void failed(FlotillaException failure) {
      room.give(bytes);
      future.completeExceptionally(failure);
    }
  }
}
