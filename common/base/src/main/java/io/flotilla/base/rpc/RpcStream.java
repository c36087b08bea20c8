package io.flotilla.base.rpc;

import com.google.protobuf.ByteString;

/**
 * One side of a stream of frames: in order, each at most once, none lost before the stream closes.
 *
 * <p>{@link #send} and {@link #close} may be called from any one thread at a time.
 */
public interface RpcStream {
  /** Whether a frame sent now would leave without queueing. Self-clocked senders wait for it. */
  boolean isReady();

  /** Sends a frame; silently dropped once the stream is closed (the listener hears of that). */
  void send(ByteString frame);

  /**
   * Ends the stream in both directions: the other side hears {@code onClosed} after the frames sent
   * before. The side that closes hears nothing more, except a call already under way.
   */
  void close();

  /** What a stream tells its owner, on a transport thread, one call at a time. */
  interface Listener {
    /**
     * A frame arrived. Until {@code taken} is run, once and on any thread, it fills the stream's
     * window: a listener that falls behind stops its sender, rather than gather frames without end.
     */
    void onFrame(ByteString frame, Runnable taken);

    /** {@link RpcStream#isReady} turned from false to true. */
    void onReady();

    /** The stream is over; nothing follows. Frames sent and not answered may have been received. */
    void onClosed(RpcFailure reason);
  }
}
