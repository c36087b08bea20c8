package io.flotilla.shardkv.node;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.internal.v1.RegisterRequest;
import io.flotilla.internal.v1.Voter;
import io.flotilla.raft.host.NodeAccess;

/**
 * Makes this node known to the controller under its present addresses, once each start; asks until
 * it is answered. Owned by the loop.
 */
final class Registration {
  private static final String REGISTER = "flotilla.internal.v1.Node/Register";
  private static final long RETRY_NANOS = 250_000_000;

  private final NodeAccess node;
  private final ControllerCalls controller;
  private String lastRefusal = "";
  private boolean isStopped;

  Registration(NodeAccess node, ControllerCalls controller) {
    this.node = node;
    this.controller = controller;
  }

  void start() {
    if (isStopped) {
      return;
    }
    NodeAddress self = node.self();
    ByteString request =
        RegisterRequest.newBuilder()
            .setCluster(node.identity().cluster())
            .setNode(
                Voter.newBuilder()
                    .setNode(self.node())
                    .setStore(self.store())
                    .setClient(self.client())
                    .setPeer(self.peer()))
            .build()
            .toByteString();
    controller.ask(REGISTER, request, answer -> {}, this::retry);
  }

  void stop() {
    isStopped = true;
  }

  private void retry(RpcFailure failure) {
    node.seams().meter().count("flotilla_shard_registrations_failed_total", 1);
    boolean isRefused = failure.code() == RpcFailure.Code.INVALID_ARGUMENT;
    if (isRefused && !failure.message().equals(lastRefusal)) {
      lastRefusal = failure.message();
      node.listener().refused(lastRefusal);
    }
    node.seams().loop().schedule(RETRY_NANOS, this::start);
  }
}
