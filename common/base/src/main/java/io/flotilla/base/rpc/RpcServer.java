package io.flotilla.base.rpc;

/**
 * The listening side of {@link Rpc}: methods are bound to handlers before the port opens.
 *
 * <p>A method nobody bound is answered {@code UNIMPLEMENTED}. Not thread-safe until opened.
 */
public interface RpcServer {
  /** Binds a one-answer method. */
  void bind(String method, RpcHandler handler);

  /** Binds a streaming method. */
  void bindStream(String method, StreamHandler handler);
}
