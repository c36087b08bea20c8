package io.flotilla.base.rpc;

import com.google.protobuf.ByteString;

/**
 * One-way frames between nodes: in order for each pair, each at most once, any may be lost.
 *
 * <p>Who may speak is decided above, from the header inside each frame; this seam knows addresses
 * only. Bounded: a peer that does not drain its queue loses frames, it never blocks the sender.
 */
public interface Wire {
  /** Sets the one receiver of frames; before that frames are dropped. */
  void listen(Listener listener);

  /**
   * Sends {@code frame} to the peer port at {@code address}; opens the connection if needed.
   *
   * @return false if the queue is full or the peer is known to be down; the frame is dropped
   */
  boolean send(String address, ByteString frame);

  /** What arrives. Called on a transport thread: hop to the owning loop at once. */
  interface Listener {
    /**
     * A frame from some peer. Until {@code taken} is run, once and on any thread, it fills that
     * peer's window: a receiver that falls behind makes its peers queue, and then lose, frames.
     */
    void onFrame(ByteString frame, Runnable taken);

    /** The connection to {@code address} broke or could not be opened. */
    void onDown(String address);
  }
}
