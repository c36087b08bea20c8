package io.flotilla.shardctrler.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcStream;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.v1.QueryResponse;
import io.flotilla.v1.WatchRequest;

/**
 * A stream of maps for one client: one long poll after the other, so that it follows the leader.
 * Between maps nothing is sent, and at most one map waits for a client that does not read.
 */
final class WatchStream implements RpcStream.Listener {
  private static final long RETRY_NANOS = 200_000_000L;

  private final EventLoop loop;
  private final ControllerFront front;
  private final RpcStream stream;
  private long after;
  private boolean isAsked;
  private boolean isWaitingForRoom;
  private boolean isClosed;

  WatchStream(EventLoop loop, ControllerFront front, RpcStream stream) {
    this.loop = loop;
    this.front = front;
    this.stream = stream;
  }

  @Override
  public void onFrame(ByteString frame, Runnable taken) {
    loop.execute(
        () -> {
          asked(frame);
          taken.run();
        });
  }

  @Override
  public void onReady() {
    loop.execute(
        () -> {
          if (isWaitingForRoom) {
            isWaitingForRoom = false;
            poll();
          }
        });
  }

  @Override
  public void onClosed(RpcFailure reason) {
    loop.execute(() -> isClosed = true);
  }

  private void asked(ByteString frame) {
    try {
      WatchRequest request = WatchRequest.parseFrom(frame);
      if (!isAsked && request.getAfterVersion() >= 0) {
        isAsked = true;
        after = request.getAfterVersion();
        poll();
        return;
      }
    } catch (InvalidProtocolBufferException malformed) {
      // Closed below, like any other frame that is not the one request.
    }
    isClosed = true;
    stream.close();
  }

  private void poll() {
    if (isClosed) {
      return;
    }
    if (!stream.isReady()) {
      isWaitingForRoom = true;
      return;
    }
    ByteString request = WatchRequest.newBuilder().setAfterVersion(after).build().toByteString();
    front.route(
        new Call(Methods.WATCH_AFTER, request, 2 * Watchers.HOLD_NANOS_MAX, "watch"),
        new RpcReply() {
          @Override
          public void answer(ByteString response) {
            loop.execute(() -> answered(response));
          }

          @Override
          public void fail(RpcFailure failure) {
            loop.schedule(RETRY_NANOS, WatchStream.this::poll);
          }
        });
  }

  private void answered(ByteString response) {
    try {
      long version = QueryResponse.parseFrom(response).getMap().getVersion();
      if (version > after && !isClosed) {
        after = version;
        stream.send(response);
      }
      poll();
    } catch (InvalidProtocolBufferException malformed) {
      loop.schedule(RETRY_NANOS, this::poll);
    }
  }
}
