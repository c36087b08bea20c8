package io.flotilla.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
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
import io.flotilla.v1.TransferLeaderRequest;
import io.flotilla.v1.TransferLeaderResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The controller's operations. Thread-safe; futures are completed on the client's loop.
 *
 * <p>Questions are repeated at other nodes until the deadline, also while one is silent. A change
 * is repeated only while nobody can have received it; each change is idempotent in itself, so a
 * caller who hears UNKNOWN_OUTCOME may ask for it again.
 */
public final class AdminClient {
  private static final String SERVICE = "flotilla.v1.Controller/";
  private static final long QUESTION_NANOS = 2_000_000_000L;

  private final ClientSeams seams;
  private final Endpoints endpoints;
  private final Backoff backoff;
  private final long deadlineNanos;
  private final Inbox<Attempt<?>> inbox;
  private final Map<Attempt<?>, Boolean> pending = new LinkedHashMap<>();

  AdminClient(ClientSeams seams, Endpoints endpoints, long deadlineNanos) {
    this.seams = seams;
    this.endpoints = endpoints;
    this.backoff = new Backoff(seams.random());
    this.deadlineNanos = deadlineNanos;
    this.inbox = new Inbox<>(seams.loop(), Attempt::start, Attempt::refuse);
  }

  /** Learns of nodes that can be asked. */
  void learn(ShardMap map) {
    endpoints.learn(map);
  }

  /** From now on every operation fails. Any thread, before {@link #close} is queued. */
  void refuse() {
    inbox.close();
  }

  /** Fails what is pending. */
  void close() {
    List.copyOf(pending.keySet()).forEach(Attempt::close);
  }

  /** Makes groups members of the cluster; shards move to them unless told to hold. */
  public CompletableFuture<ChangeResponse> join(JoinRequest request) {
    return change("Join", request, ChangeResponse::parseFrom);
  }

  /** Takes groups out of the cluster once their shards have moved away. */
  public CompletableFuture<ChangeResponse> leave(LeaveRequest request) {
    return change("Leave", request, ChangeResponse::parseFrom);
  }

  /** Assigns one shard to a group. */
  public CompletableFuture<ChangeResponse> move(int shard, int gid) {
    return change(
        "Move",
        MoveRequest.newBuilder().setShard(shard).setGid(gid).build(),
        ChangeResponse::parseFrom);
  }

  /** Spreads the shards evenly, or says what would be moved. */
  public CompletableFuture<RebalanceResponse> rebalance(boolean dryRun) {
    RebalanceRequest request = RebalanceRequest.newBuilder().setDryRun(dryRun).build();
    return dryRun
        ? question("Rebalance", request, RebalanceResponse::parseFrom)
        : change("Rebalance", request, RebalanceResponse::parseFrom);
  }

  /** Gives up a move that is not committed. */
  public CompletableFuture<ChangeResponse> cancel(long move) {
    return change(
        "Cancel", CancelRequest.newBuilder().setMove(move).build(), ChangeResponse::parseFrom);
  }

  /** Keeps a shard where it is whatever is rebalanced. */
  public CompletableFuture<ChangeResponse> pin(int shard) {
    return change(
        "Pin", PinRequest.newBuilder().setShard(shard).build(), ChangeResponse::parseFrom);
  }

  /** Lets a pinned shard move again. */
  public CompletableFuture<ChangeResponse> unpin(int shard) {
    return change(
        "Unpin", PinRequest.newBuilder().setShard(shard).build(), ChangeResponse::parseFrom);
  }

  /**
   * Makes {@code node} lead group {@code gid}; 0 is the controller's own. The answer names who
   * leads; that may be another node if an election came between.
   */
  public CompletableFuture<TransferLeaderResponse> transferLeader(int gid, int node) {
    return change(
        "TransferLeader",
        TransferLeaderRequest.newBuilder().setGid(gid).setNode(node).build(),
        TransferLeaderResponse::parseFrom);
  }

  /** One version of the map; -1 or too high: the latest; 0: the empty map. */
  public CompletableFuture<ShardMap> query(long version) {
    return question(
        "Query",
        QueryRequest.newBuilder().setVersion(version).build(),
        answer -> ShardMaps.decode(QueryResponse.parseFrom(answer).getMap()));
  }

  /** Moves under way, and the newest finished ones if asked for. */
  public CompletableFuture<MovesResponse> moves(boolean finished) {
    return question(
        "Moves", MovesRequest.newBuilder().setFinished(finished).build(), MovesResponse::parseFrom);
  }

  /** The nodes that have registered. */
  public CompletableFuture<NodesResponse> nodes() {
    return question("Nodes", NodesRequest.getDefaultInstance(), NodesResponse::parseFrom);
  }

  /** Leaders, positions and shard counts of all groups. */
  public CompletableFuture<StatusResponse> status() {
    return question("Status", StatusRequest.getDefaultInstance(), StatusResponse::parseFrom);
  }

  private <T> CompletableFuture<T> question(String method, MessageLite request, Answer<T> parser) {
    return start(method, request, parser, true);
  }

  private <T> CompletableFuture<T> change(String method, MessageLite request, Answer<T> parser) {
    return start(method, request, parser, false);
  }

  private <T> CompletableFuture<T> start(
      String method, MessageLite request, Answer<T> parser, boolean isQuestion) {
    Attempt<T> attempt =
        new Attempt<>(
            SERVICE + method,
            request.toByteString(),
            parser,
            isQuestion,
            seams.loop().nanoTime() + deadlineNanos);
    inbox.add(attempt);
    return attempt.future;
  }

  /** What the bytes of an answer mean. */
  private interface Answer<T> {
    T parse(ByteString answer) throws InvalidProtocolBufferException;
  }

  /** One operation at one node after the other. Owned by the loop. */
  private final class Attempt<T> implements RpcReply {
    private final String method;
    private final ByteString request;
    private final Answer<T> parser;
    private final boolean isQuestion;
    private final long deadline;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private Code lastFailure = Code.UNAVAILABLE;
    private int failures;
    private boolean isAsking;

    Attempt(
        String method, ByteString request, Answer<T> parser, boolean isQuestion, long deadline) {
      this.method = method;
      this.request = request;
      this.parser = parser;
      this.isQuestion = isQuestion;
      this.deadline = deadline;
    }

    void start() {
      pending.put(this, true);
      send();
    }

    /** It never starts: nothing was sent. */
    void refuse() {
      future.completeExceptionally(Calls.closed());
    }

    void close() {
      boolean mayHaveHappened = isAsking && !isQuestion;
      fail(
          mayHaveHappened ? Code.UNKNOWN_OUTCOME : Code.UNAVAILABLE,
          "the client was closed before there was an answer");
    }

    private void send() {
      long remaining = deadline - seams.loop().nanoTime();
      if (future.isDone()) {
        pending.remove(this);
      } else if (remaining <= 0) {
        fail(lastFailure, "no node answered within the deadline");
      } else {
        isAsking = true;
        long patience = isQuestion ? Math.min(remaining, QUESTION_NANOS) : remaining;
        seams.rpc().ask(endpoints.current(), method, request, patience, this);
      }
    }

    private void fail(Code code, String message) {
      pending.remove(this);
      future.completeExceptionally(new FlotillaException(code, message));
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
        T answer = parser.parse(response);
        pending.remove(this);
        future.complete(answer);
      } catch (InvalidProtocolBufferException malformed) {
        failed(new RpcFailure(RpcFailure.Code.NO_ANSWER, "the answer is malformed"));
      }
    }

    private void failed(RpcFailure failure) {
      isAsking = false;
      lastFailure = failure.code() == RpcFailure.Code.BUSY ? Code.BUSY : Code.UNAVAILABLE;
      switch (failure.code()) {
        case INVALID_ARGUMENT -> fail(Code.INVALID_ARGUMENT, failure.message());
        case NO_ANSWER, UNKNOWN_OUTCOME -> {
          if (isQuestion) {
            retry();
          } else {
            fail(Code.UNKNOWN_OUTCOME, failure.message());
          }
        }
        default -> retry();
      }
    }

    private void retry() {
      endpoints.next();
      long remaining = Math.max(0, deadline - seams.loop().nanoTime());
      seams.loop().schedule(Math.min(remaining, backoff.nanosAfter(failures++)), this::send);
    }
  }
}
