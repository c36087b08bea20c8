package io.flotilla.base.rpc;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.RpcFailure.Code;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What both sides of a gRPC stream share: one owner may close, the network may end it, and a
 * receiver that stops reading may not make the sender hold more than its bound.
 *
 * <p>gRPC's calls are not thread-safe for senders, so this lock serialises them; listeners are
 * called without it.
 */
abstract class BoundedStream implements RpcStream {
  /** Frames the network may bring before the listener has taken the first of them. */
  static final int WINDOW = 4;

  /** Frames taken before more are asked for: each asking is a hop to the network's thread. */
  private static final int TAKEN_BATCH = WINDOW / 2;

  private final RpcLimits limits;
  private final AtomicInteger taken = new AtomicInteger();
  private boolean open = true;
  private volatile boolean listening = true;
  private long queuedBytes;
  private Optional<RpcFailure> aborted = Optional.empty();

  BoundedStream(RpcLimits limits) {
    this.limits = limits;
  }

  /** Whether the call would send a frame at once. */
  abstract boolean callIsReady();

  /** Lets the network bring as many frames more. Any thread. */
  abstract void request(int frames);

  /** Gives the call a frame. */
  abstract void write(ByteString frame);

  /** Ends the call after the frames already given to it. */
  abstract void finish();

  /** Ends the call and forgets what it still holds; the network then reports its end. */
  abstract void abort();

  @Override
  public final synchronized boolean isReady() {
    return open && callIsReady();
  }

  @Override
  public final void send(ByteString frame) {
    synchronized (this) {
      if (!open) {
        return;
      }
      if (callIsReady()) {
        queuedBytes = 0;
      }
      queuedBytes += frame.size();
      if (queuedBytes <= limits.streamQueueBytesMax()) {
        write(frame);
        return;
      }
      open = false;
      aborted =
          Optional.of(new RpcFailure(Code.BUSY, "receiver left " + queuedBytes + " bytes unread"));
    }
    abort();
  }

  @Override
  public final synchronized void close() {
    listening = false;
    end();
  }

  /**
   * Passes a frame on. Also those nobody hears are taken: the end of a call comes only after its
   * last frame.
   */
  final void arrived(ByteString frame, Listener listener) {
    if (listening) {
      listener.onFrame(frame, this::taken);
    } else {
      taken();
    }
  }

  /** Whether the owner still wants to hear of this stream. */
  final boolean isListening() {
    return listening;
  }

  /** The other side ended the stream, or the network did. Returns what to tell, if anything. */
  final synchronized Optional<RpcFailure> ended(RpcFailure reason) {
    end();
    if (!listening) {
      return Optional.empty();
    }
    listening = false;
    return Optional.of(aborted.orElse(reason));
  }

  private void taken() {
    if (taken.incrementAndGet() % TAKEN_BATCH == 0) {
      request(TAKEN_BATCH);
    }
  }

  private void end() {
    if (open) {
      open = false;
      finish();
    }
  }
}
