package io.flotilla.shardctrler.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.v1.QueryResponse;
import io.flotilla.v1.WatchRequest;

/**
 * The long polls of a node that does not lead the controller: they wait here for the answer of a
 * single one that this node holds at the leader. Passed on each by itself, those of a thousand
 * clients would fill the one connection there is, and leases and registrations wait behind them.
 * Owned by the loop.
 */
final class WatchRelay {
  private static final String CALLER = "watch relay";

  private final EventLoop loop;
  private final ControllerForwarder forwarder;
  private final Watchers watchers;
  private ByteString newest = ByteString.EMPTY;
  private long version = -1;
  private boolean isPolling;

  WatchRelay(EventLoop loop, ControllerForwarder forwarder) {
    this.loop = loop;
    this.forwarder = forwarder;
    this.watchers = new Watchers(loop, () -> version, () -> newest);
  }

  /**
   * Takes a poll.
   *
   * @param hint client address of the leader; empty if not known
   */
  void take(Call call, String hint, RpcReply reply) {
    if (newest.isEmpty()) {
      // Nobody can be told "nothing new" by a node that knows of no map.
      forwarder.forward(call, hint, reply);
    } else {
      try {
        long after = WatchRequest.parseFrom(call.request()).getAfterVersion();
        watchers.await(after, call.remainingNanos(), reply);
      } catch (InvalidProtocolBufferException malformed) {
        reply.fail(Failures.invalid("malformed request"));
        return;
      }
    }
    poll(hint);
  }

  private void poll(String hint) {
    if (isPolling) {
      return;
    }
    isPolling = true;
    ByteString request =
        WatchRequest.newBuilder().setAfterVersion(Math.max(0, version)).build().toByteString();
    forwarder.forward(
        new Call(Methods.WATCH_AFTER, request, 2 * Watchers.HOLD_NANOS_MAX, CALLER),
        hint,
        new RpcReply() {
          @Override
          public void answer(ByteString response) {
            loop.execute(() -> answered(response));
          }

          @Override
          public void fail(RpcFailure failure) {
            loop.execute(WatchRelay.this::failed);
          }
        });
  }

  private void answered(ByteString response) {
    isPolling = false;
    try {
      long answered = QueryResponse.parseFrom(response).getMap().getVersion();
      if (answered > version) {
        version = answered;
        newest = response;
        watchers.onApplied();
      }
    } catch (InvalidProtocolBufferException malformed) {
      failed();
    }
    if (watchers.isAnyWaiting()) {
      poll("");
    }
  }

  /** There is no leader at the moment, or none that answers: askers may find one elsewhere. */
  private void failed() {
    isPolling = false;
    watchers.dismiss();
  }
}
