package io.flotilla.base.rpc;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.EventLoop;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * The frames for one peer: a bounded queue in front of one stream.
 *
 * <p>There is no timer: whoever sends after the pause starts the next attempt to connect, and while
 * nobody has anything to say, nothing is tried. Senders and network threads meet under this lock,
 * held for one frame at a time; listeners are called without it.
 */
final class WireLink {
  private final String address;
  private final Rpc rpc;
  private final EventLoop connector;
  private final WireLimits limits;
  private final Consumer<String> onDown;
  private final ArrayDeque<ByteString> queue = new ArrayDeque<>();
  private long queuedBytes;
  private long pauseNanos;
  private long retryNanos;
  private boolean paused;
  private boolean retired;

  /** The attempt in force; an attempt that is over is known by not being this one. */
  private Attempt current;

  WireLink(
      String address, Rpc rpc, EventLoop connector, WireLimits limits, Consumer<String> onDown) {
    this.address = address;
    this.rpc = rpc;
    this.connector = connector;
    this.limits = limits;
    this.onDown = onDown;
    this.pauseNanos = limits.backoffNanosMin();
    this.current = new Attempt();
    this.current.over = true;
  }

  synchronized boolean send(ByteString frame) {
    if (frame.size() > limits.frameBytesMax()
        || queuedBytes + frame.size() > limits.queueBytesMax()) {
      return false;
    }
    if (retired || (current.over && !reconnect())) {
      return false;
    }
    if (queue.isEmpty() && current.stream.isReady()) {
      current.stream.send(frame);
    } else {
      queue.add(frame);
      queuedBytes += frame.size();
    }
    return true;
  }

  /** Ends a link that is down, for good. Returns whether it was; one that is up stays. */
  synchronized boolean retire() {
    retired |= current.over;
    return retired;
  }

  private boolean reconnect() {
    if (paused && connector.nanoTime() - retryNanos < 0) {
      return false;
    }
    Attempt attempt = new Attempt();
    current = attempt;
    connector.execute(attempt::connect);
    return true;
  }

  /** Sends what waits, a frame at a time, for as long as the stream takes it. */
  private void drain(Attempt attempt) {
    while (sendFirst(attempt)) {
      // The lock is free between two frames: a sender never waits for a whole queue.
    }
  }

  private synchronized boolean sendFirst(Attempt attempt) {
    if (attempt != current || queue.isEmpty() || !attempt.stream.isReady()) {
      return false;
    }
    ByteString frame = queue.remove();
    queuedBytes -= frame.size();
    attempt.stream.send(frame);
    return true;
  }

  private synchronized void connected(Attempt attempt) {
    if (attempt == current) {
      pauseNanos = limits.backoffNanosMin();
    }
  }

  private void broken(Attempt attempt) {
    synchronized (this) {
      if (attempt.over) {
        return;
      }
      attempt.over = true;
      queue.clear();
      queuedBytes = 0;
      paused = true;
      retryNanos = connector.nanoTime() + pauseNanos;
      pauseNanos = Math.min(2 * pauseNanos, limits.backoffNanosMax());
    }
    onDown.accept(address);
  }

  /** One stream, from the decision to open it to its end. Fields under the link's lock. */
  private final class Attempt implements RpcStream.Listener {
    private RpcStream stream = ClosedStream.INSTANCE;
    private boolean over;

    /** On the connector's thread: making a connection costs more than a sender may pay. */
    void connect() {
      RpcStream opened = rpc.open(address, GrpcWire.FRAMES, this);
      synchronized (WireLink.this) {
        stream = opened;
      }
      // Readiness may have been told before there was a stream to send on.
      drain(this);
    }

    @Override
    public void onFrame(ByteString frame, Runnable taken) {
      taken.run();
    }

    @Override
    public void onReady() {
      connected(this);
      drain(this);
    }

    @Override
    public void onClosed(RpcFailure reason) {
      broken(this);
    }
  }
}
