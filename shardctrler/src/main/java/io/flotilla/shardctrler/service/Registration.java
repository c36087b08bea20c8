package io.flotilla.shardctrler.service;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.internal.v1.RegisterRequest;
import io.flotilla.shardctrler.state.Messages;

/** Makes a node known to its controller under its present addresses, however long that takes. */
final class Registration implements RpcReply {
  private static final long TIMEOUT_NANOS = 2_000_000_000L;
  private static final long RETRY_NANOS = 500_000_000L;

  private final EventLoop loop;
  private final ControllerFront front;
  private final ByteString request;
  private boolean isStopped;

  Registration(EventLoop loop, ControllerFront front, String cluster, NodeAddress self) {
    this.loop = loop;
    this.front = front;
    this.request =
        RegisterRequest.newBuilder()
            .setNode(Messages.voter(self))
            .setCluster(cluster)
            .build()
            .toByteString();
  }

  void start() {
    if (!isStopped) {
      front.route(new Call(Methods.REGISTER, request, TIMEOUT_NANOS, "self"), this);
    }
  }

  void stop() {
    isStopped = true;
  }

  @Override
  public void answer(ByteString response) {}

  @Override
  public void fail(RpcFailure failure) {
    loop.schedule(RETRY_NANOS, this::start);
  }
}
