package io.flotilla.base.rpc;

/** Serves streaming methods. Called on a transport thread, once for each stream opened. */
public interface StreamHandler {
  /** Accepts {@code stream} and returns who listens to the frames it brings. */
  RpcStream.Listener accept(RpcStream stream);
}
