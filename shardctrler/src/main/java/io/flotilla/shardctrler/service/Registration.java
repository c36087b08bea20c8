package io.flotilla.shardctrler.service;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.internal.v1.RegisterRequest;
import io.flotilla.raft.host.NodeAccess;
import io.flotilla.raft.host.NodeListener;
import io.flotilla.shardctrler.state.Messages;

/** Makes a node known to its controller under its present addresses, however long that takes. */
final class Registration implements RpcReply {
  private static final long TIMEOUT_NANOS = 2_000_000_000L;
  private static final long RETRY_NANOS = 500_000_000L;

  private final EventLoop loop;
  private final ControllerFront front;
  private final NodeListener listener;
  private final ByteString request;
  private String lastRefusal = "";
  private boolean isStopped;

  Registration(NodeAccess node, ControllerFront front) {
    this.loop = node.seams().loop();
    this.front = front;
    this.listener = node.listener();
    this.request =
        RegisterRequest.newBuilder()
            .setNode(Messages.voter(node.self()))
            .setCluster(node.identity().cluster())
            .build()
            .toByteString();
  }

  void start() {
    if (!isStopped) {
      front.route(new Call(Methods.REGISTER, request, TIMEOUT_NANOS, "self"), this);
    }
  }

  private void again(RpcFailure failure) {
    boolean isRefused = failure.code() == RpcFailure.Code.INVALID_ARGUMENT;
    if (isRefused && !failure.message().equals(lastRefusal)) {
      lastRefusal = failure.message();
      listener.refused(lastRefusal);
    }
    start();
  }

  void stop() {
    isStopped = true;
  }

  @Override
  public void answer(ByteString response) {}

  @Override
  public void fail(RpcFailure failure) {
    loop.schedule(RETRY_NANOS, () -> again(failure));
  }
}
