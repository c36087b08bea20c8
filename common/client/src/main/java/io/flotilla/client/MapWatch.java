package io.flotilla.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.v1.QueryRequest;
import io.flotilla.v1.QueryResponse;
import io.flotilla.v1.WatchRequest;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps the map current by one long poll after the other, at one node at a time. Owned by the loop.
 */
public final class MapWatch {
  private static final String QUERY = "flotilla.v1.Controller/Query";
  private static final String WATCH = "flotilla.v1.Controller/WatchAfter";

  /** Nodes hold a poll for 5 s at most; waiting much longer only helps an answer that got lost. */
  private static final long POLL_NANOS = 7_000_000_000L;

  private static final long QUERY_NANOS = 1_000_000_000L;

  /** Between two refreshes: a thousand refusals at once are one question. */
  private static final long PAUSE_NANOS = 10_000_000;

  private final ClientSeams seams;
  private final Endpoints endpoints;
  private final Backoff backoff;
  private final boolean isBound;
  private Consumer<ShardMap> onMap = map -> {};
  private Runnable onSuccessor = () -> {};
  private String cluster;
  private Optional<ShardMap> newest = Optional.empty();
  private int failures;
  private boolean isQuerying;
  private boolean isClosed;

  MapWatch(ClientSeams seams, Endpoints endpoints) {
    this(seams, endpoints, "");
  }

  private MapWatch(ClientSeams seams, Endpoints endpoints, String cluster) {
    this.seams = seams;
    this.endpoints = endpoints;
    this.cluster = cluster;
    this.isBound = !cluster.isEmpty();
    this.backoff = new Backoff(seams.random());
  }

  /** A watch of its own, for a node of {@code cluster} that follows the map of no other. */
  public static MapWatch at(ClientSeams seams, ClientConfig config, String cluster) {
    return new MapWatch(seams, new Endpoints(config.endpoints(), seams.random()), cluster);
  }

  /** Sets who hears of each newer map, on the loop. */
  public void onMap(Consumer<ShardMap> listener) {
    onMap = listener;
  }

  /** Sets who hears that another cluster answers now, before its first map. */
  void onSuccessor(Runnable listener) {
    onSuccessor = listener;
  }

  /** Begins to watch. */
  public void start() {
    poll();
  }

  /** Ends the watch. */
  public void close() {
    isClosed = true;
  }

  /** Something looked out of date: asks for the latest map now, beside the long poll. */
  public void refresh() {
    if (!isQuerying && !isClosed) {
      isQuerying = true;
      ByteString latest = QueryRequest.newBuilder().setVersion(-1).build().toByteString();
      ask(QUERY, latest, QUERY_NANOS, this::queried);
    }
  }

  private void queried(Optional<ByteString> answer) {
    seams.loop().schedule(PAUSE_NANOS, () -> isQuerying = false);
    answer.ifPresentOrElse(this::take, endpoints::next);
  }

  private void poll() {
    if (isClosed) {
      return;
    }
    if (newest.isEmpty()) {
      ByteString latest = QueryRequest.newBuilder().setVersion(-1).build().toByteString();
      ask(QUERY, latest, QUERY_NANOS, this::polled);
    } else {
      ByteString after =
          WatchRequest.newBuilder().setAfterVersion(newest.get().version()).build().toByteString();
      ask(WATCH, after, POLL_NANOS, this::polled);
    }
  }

  private void polled(Optional<ByteString> answer) {
    if (answer.isPresent()) {
      failures = 0;
      take(answer.get());
      seams.loop().schedule(backoff.nanosAfter(0), this::poll);
    } else {
      endpoints.next();
      seams.loop().schedule(backoff.nanosAfter(failures++ / endpoints.count()), this::poll);
    }
  }

  private void take(ByteString answer) {
    if (isClosed) {
      return;
    }
    try {
      QueryResponse response = QueryResponse.parseFrom(answer);
      ShardMap map = ShardMaps.decode(response.getMap());
      if (!isOfOurCluster(response.getCluster())) {
        endpoints.next();
        return;
      }
      if (newest.isEmpty() || map.version() > newest.get().version()) {
        newest = Optional.of(map);
        endpoints.learn(map);
        onMap.accept(map);
      }
    } catch (InvalidProtocolBufferException malformed) {
      endpoints.next();
    }
  }

  /** A client goes on with whatever cluster it finds at its endpoints; a node never does. */
  private boolean isOfOurCluster(String answering) {
    if (answering.equals(cluster)) {
      return true;
    }
    if (isBound) {
      return false;
    }
    if (!cluster.isEmpty()) {
      newest = Optional.empty();
      onSuccessor.run();
    }
    cluster = answering;
    return true;
  }

  private void ask(
      String method, ByteString request, long timeoutNanos, Consumer<Optional<ByteString>> then) {
    seams
        .rpc()
        .ask(
            endpoints.current(),
            method,
            request,
            timeoutNanos,
            new RpcReply() {
              @Override
              public void answer(ByteString response) {
                seams.loop().execute(() -> then.accept(Optional.of(response)));
              }

              @Override
              public void fail(RpcFailure failure) {
                seams.loop().execute(() -> then.accept(Optional.empty()));
              }
            });
  }
}
