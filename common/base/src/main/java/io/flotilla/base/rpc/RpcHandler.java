package io.flotilla.base.rpc;

/** Serves one-answer methods. Called on a transport thread: hop to the owning loop at once. */
public interface RpcHandler {
  /** Takes {@code call}; {@code reply} must be completed exactly once, on any thread. */
  void handle(Call call, RpcReply reply);
}
