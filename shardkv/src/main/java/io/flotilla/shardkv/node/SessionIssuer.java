package io.flotilla.shardkv.node;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcServer;
import io.flotilla.internal.v1.LeaseBlockRequest;
import io.flotilla.internal.v1.LeaseBlockResponse;
import io.flotilla.raft.host.NodeAccess;
import io.flotilla.shardkv.group.OpId;
import io.flotilla.v1.OpenSessionResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Issues session ids from a block leased from the controller, so that losing the controller's
 * quorum does not stop new clients for the block's life. Owned by the loop.
 *
 * <p>The life of a block is counted on this node's monotonic clock from before it was asked for,
 * and issuing stops at half of it: what a client does with its half ends before the controller may
 * let the block's sessions go.
 */
final class SessionIssuer {
  private static final String LEASE = "flotilla.internal.v1.Node/LeaseBlock";
  private static final String OPEN = "flotilla.v1.Kv/OpenSession";
  private static final long RETRY_NANOS = 250_000_000;
  private static final int WAITING_MAX = 10_000;
  private static final long OFFSETS = 1L << OpId.OFFSET_BITS;

  private record Block(long number, long askedNanos, long lifeNanos) {}

  private final NodeAccess node;
  private final ControllerCalls controller;
  private final List<RpcReply> waiting = new ArrayList<>();
  private Optional<Block> block = Optional.empty();
  private long offset;
  private boolean isLeasing;
  private boolean isStopped;

  SessionIssuer(NodeAccess node, ControllerCalls controller) {
    this.node = node;
    this.controller = controller;
  }

  void bind(RpcServer server) {
    server.bind(OPEN, (call, reply) -> node.seams().loop().execute(() -> open(reply)));
  }

  void start() {
    lease();
  }

  void stop() {
    isStopped = true;
    waiting.forEach(reply -> reply.fail(unavailable()));
    waiting.clear();
  }

  private void open(RpcReply reply) {
    long now = node.seams().loop().nanoTime();
    if (block.isPresent() && isUsable(block.get(), now)) {
      issue(block.get(), now, reply);
    } else if (waiting.size() >= WAITING_MAX || isStopped) {
      reply.fail(unavailable());
    } else {
      waiting.add(reply);
      lease();
    }
  }

  /** A block a quarter used is replaced early: the controller may be gone when it runs out. */
  private void renewLater(Block leased) {
    node.seams()
        .loop()
        .schedule(
            leased.lifeNanos() / 4,
            () -> {
              if (block.filter(leased::equals).isPresent()) {
                lease();
              }
            });
  }

  private boolean isUsable(Block leased, long now) {
    return offset < OFFSETS && now - leased.askedNanos() < leased.lifeNanos() / 2;
  }

  private void issue(Block from, long now, RpcReply reply) {
    long session = (from.number() << OpId.OFFSET_BITS) | offset++;
    long remaining = from.askedNanos() + from.lifeNanos() - now;
    reply.answer(
        OpenSessionResponse.newBuilder()
            .setSession(session)
            .setRemainingNanos(remaining)
            .build()
            .toByteString());
  }

  private void lease() {
    if (isLeasing || isStopped) {
      return;
    }
    isLeasing = true;
    long asked = node.seams().loop().nanoTime();
    ByteString request =
        LeaseBlockRequest.newBuilder()
            .setNode(node.identity().node())
            .setStore(node.identity().store())
            .build()
            .toByteString();
    controller.ask(LEASE, request, answer -> leased(asked, answer), this::notLeased);
  }

  private void leased(long asked, ByteString answer) {
    try {
      LeaseBlockResponse leased = LeaseBlockResponse.parseFrom(answer);
      if (leased.getBlock() <= 0 || leased.getLifeNanos() <= 0) {
        notLeased(unavailable());
        return;
      }
      isLeasing = false;
      offset = 0;
      Block fresh = new Block(leased.getBlock(), asked, leased.getLifeNanos());
      block = Optional.of(fresh);
      renewLater(fresh);
      List<RpcReply> now = List.copyOf(waiting);
      waiting.clear();
      now.forEach(this::open);
    } catch (InvalidProtocolBufferException malformed) {
      notLeased(unavailable());
    }
  }

  private void notLeased(RpcFailure failure) {
    node.seams()
        .loop()
        .schedule(
            RETRY_NANOS,
            () -> {
              isLeasing = false;
              lease();
            });
  }

  private static RpcFailure unavailable() {
    return new RpcFailure(
        RpcFailure.Code.UNAVAILABLE, "no session ids: the controller was not reached");
  }
}
