package io.flotilla.shardctrler.service;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcServer;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.internal.v1.ControllerCall;

/**
 * The controller's calls as every node offers them: served here if this node leads the controller,
 * else passed on. Owned by the loop.
 */
final class ControllerFront {
  private final EventLoop loop;
  private final Backend backend;
  private final ControllerForwarder forwarder;
  private final WatchRelay relay;

  ControllerFront(EventLoop loop, Backend backend, ControllerForwarder forwarder) {
    this.loop = loop;
    this.backend = backend;
    this.forwarder = forwarder;
    this.relay = new WatchRelay(loop, forwarder);
  }

  /** Binds everything; before the port opens. */
  void bind(RpcServer server) {
    for (String method : Methods.SERVED) {
      server.bind(method, (call, reply) -> loop.execute(() -> route(call, reply)));
    }
    server.bind(Methods.FORWARD, (call, reply) -> loop.execute(() -> serveForwarded(call, reply)));
    server.bindStream(Methods.WATCH, stream -> new WatchStream(loop, this, stream));
  }

  /** Serves a call of a client, or of a role of this node. */
  void route(Call call, RpcReply reply) {
    if (backend.leads()) {
      backend.serve(call, reply);
    } else if (call.method().equals(Methods.WATCH_AFTER)) {
      relay.take(call, backend.leaderAddress(), reply);
    } else {
      forwarder.forward(call, backend.leaderAddress(), reply);
    }
  }

  private void serveForwarded(Call call, RpcReply reply) {
    ForwardedReply wrapping = new ForwardedReply(reply, backend);
    if (!backend.leads()) {
      wrapping.elsewhere();
      return;
    }
    try {
      ControllerCall inner = ControllerCall.parseFrom(call.request());
      backend.serve(
          new Call(inner.getMethod(), inner.getRequest(), call.remainingNanos(), call.caller()),
          wrapping);
    } catch (InvalidProtocolBufferException malformed) {
      reply.fail(Failures.invalid("malformed request"));
    }
  }
}
