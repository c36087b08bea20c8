package io.flotilla.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.client.FlotillaException.Code;
import io.flotilla.v1.CancelRequest;
import io.flotilla.v1.ChangeResponse;
import io.flotilla.v1.JoinRequest;
import io.flotilla.v1.LeaveRequest;
import io.flotilla.v1.MoveRequest;
import io.flotilla.v1.MovesRequest;
import io.flotilla.v1.MovesResponse;
import io.flotilla.v1.NodesRequest;
import io.flotilla.v1.NodesResponse;
import io.flotilla.v1.PinRequest;
import io.flotilla.v1.QueryRequest;
import io.flotilla.v1.QueryResponse;
import io.flotilla.v1.RebalanceRequest;
import io.flotilla.v1.RebalanceResponse;
import io.flotilla.v1.StatusRequest;
import io.flotilla.v1.StatusResponse;
import java.util.concurrent.CompletableFuture;

/**
 * The controller's operations. Thread-safe; futures are completed on the client's loop.
 *
 * <p>Questions are repeated at other nodes until the deadline. A change is repeated only while
 * nobody can have received it; each change is idempotent in itself, so a caller who hears
 * UNKNOWN_OUTCOME may ask for it again.
 */
public final class AdminClient {
  private static final String SERVICE = "flotilla.v1.Controller/";

  private final ClientSeams seams;
  private final Endpoints endpoints;
  private final Backoff backoff;
  private final long deadlineNanos;

  AdminClient(ClientSeams seams, Endpoints endpoints, long deadlineNanos) {
    this.seams = seams;
    this.endpoints = endpoints;
    this.backoff = new Backoff(seams.random());
    this.deadlineNanos = deadlineNanos;
  }

  /** Makes groups members of the cluster; shards move to them unless told to hold. */
  public CompletableFuture<ChangeResponse> join(JoinRequest request) {
    return change("Join", request, ChangeResponse.parser());
  }

  /** Takes groups out of the cluster once their shards have moved away. */
  public CompletableFuture<ChangeResponse> leave(LeaveRequest request) {
    return change("Leave", request, ChangeResponse.parser());
  }

  /** Assigns one shard to a group. */
  public CompletableFuture<ChangeResponse> move(int shard, int gid) {
    return change(
        "Move",
        MoveRequest.newBuilder().setShard(shard).setGid(gid).build(),
        ChangeResponse.parser());
  }

  /** Spreads the shards evenly, or says what would be moved. */
  public CompletableFuture<RebalanceResponse> rebalance(boolean dryRun) {
    RebalanceRequest request = RebalanceRequest.newBuilder().setDryRun(dryRun).build();
    return dryRun
        ? question("Rebalance", request, RebalanceResponse.parser())
        : change("Rebalance", request, RebalanceResponse.parser());
  }

  /** Gives up a move that is not committed. */
  public CompletableFuture<ChangeResponse> cancel(long move) {
    return change(
        "Cancel", CancelRequest.newBuilder().setMove(move).build(), ChangeResponse.parser());
  }

  /** Keeps a shard where it is whatever is rebalanced. */
  public CompletableFuture<ChangeResponse> pin(int shard) {
    return change("Pin", PinRequest.newBuilder().setShard(shard).build(), ChangeResponse.parser());
  }

  /** Lets a pinned shard move again. */
  public CompletableFuture<ChangeResponse> unpin(int shard) {
    return change(
        "Unpin", PinRequest.newBuilder().setShard(shard).build(), ChangeResponse.parser());
  }

  /** One version of the map; -1 or too high: the latest; 0: the empty map. */
  public CompletableFuture<ShardMap> query(long version) {
    return question(
            "Query", QueryRequest.newBuilder().setVersion(version).build(), QueryResponse.parser())
        .thenApply(AdminClient::map);
  }

  /** Moves under way, and the newest finished ones if asked for. */
  public CompletableFuture<MovesResponse> moves(boolean finished) {
    return question(
        "Moves", MovesRequest.newBuilder().setFinished(finished).build(), MovesResponse.parser());
  }

  /** The nodes that have registered. */
  public CompletableFuture<NodesResponse> nodes() {
    return question("Nodes", NodesRequest.getDefaultInstance(), NodesResponse.parser());
  }

  /** Leaders, positions and shard counts of all groups. */
  public CompletableFuture<StatusResponse> status() {
    return question("Status", StatusRequest.getDefaultInstance(), StatusResponse.parser());
  }

  private <T> CompletableFuture<T> question(String method, MessageLite request, Parser<T> parser) {
    return start(method, request, parser, true);
  }

  private <T> CompletableFuture<T> change(String method, MessageLite request, Parser<T> parser) {
    return start(method, request, parser, false);
  }

  private <T> CompletableFuture<T> start(
      String method, MessageLite request, Parser<T> parser, boolean isQuestion) {
    Attempt<T> attempt =
        new Attempt<>(
            SERVICE + method,
            request.toByteString(),
            parser,
            isQuestion,
            seams.loop().nanoTime() + deadlineNanos);
    seams.loop().execute(attempt::send);
    return attempt.future;
  }

  private static ShardMap map(QueryResponse response) {
    try {
      return ShardMaps.decode(response.getMap());
    } catch (InvalidProtocolBufferException malformed) {
      throw new FlotillaException(Code.UNAVAILABLE, "the answer is not a map");
    }
  }

  /** One operation at one node after the other. Owned by the loop. */
  private final class Attempt<T> implements RpcReply {
    private final String method;
    private final ByteString request;
    private final Parser<T> parser;
    private final boolean isQuestion;
    private final long deadline;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private int failures;

    Attempt(
        String method, ByteString request, Parser<T> parser, boolean isQuestion, long deadline) {
      this.method = method;
      this.request = request;
      this.parser = parser;
      this.isQuestion = isQuestion;
      this.deadline = deadline;
    }

    void send() {
      long remaining = deadline - seams.loop().nanoTime();
      if (remaining <= 0) {
        future.completeExceptionally(
            new FlotillaException(Code.UNAVAILABLE, "no node answered within the deadline"));
      } else {
        seams.rpc().ask(endpoints.current(), method, request, remaining, this);
      }
    }

    @Override
    public void answer(ByteString response) {
      seams.loop().execute(() -> answered(response));
    }

    @Override
    public void fail(RpcFailure failure) {
      seams.loop().execute(() -> failed(failure));
    }

    private void answered(ByteString response) {
      try {
        future.complete(parser.parseFrom(response));
      } catch (InvalidProtocolBufferException malformed) {
        failed(new RpcFailure(RpcFailure.Code.NO_ANSWER, "the answer is malformed"));
      }
    }

    private void failed(RpcFailure failure) {
      switch (failure.code()) {
        case INVALID_ARGUMENT, PERMISSION_DENIED ->
            future.completeExceptionally(
                new FlotillaException(Code.INVALID_ARGUMENT, failure.message()));
        case NO_ANSWER, UNKNOWN_OUTCOME -> {
          if (isQuestion) {
            retry();
          } else {
            future.completeExceptionally(
                new FlotillaException(Code.UNKNOWN_OUTCOME, failure.message()));
          }
        }
        default -> retry();
      }
    }

    private void retry() {
      endpoints.next();
      seams.loop().schedule(backoff.nanosAfter(failures++), this::send);
    }
  }
}
