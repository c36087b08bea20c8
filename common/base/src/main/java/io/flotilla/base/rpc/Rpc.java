package io.flotilla.base.rpc;

import com.google.protobuf.ByteString;

/**
 * Asking other processes: one question and one answer, or a stream of frames in both directions.
 *
 * <p>Addresses are {@code host:port}. Methods are full gRPC names such as {@code
 * flotilla.v1.Kv/Get}. Only bytes cross this seam, so codecs are simulated with everything else.
 * Callbacks run on a thread of the transport; receivers hop to their loop at once. A question is
 * sent at most once: this layer never retries, because only the caller knows what is harmless.
 */
public interface Rpc {
  /** Sends {@code request}; {@code reply} is called exactly once. Any thread. */
  void ask(String address, String method, ByteString request, long timeoutNanos, RpcReply reply);

  /** Opens a stream of frames; it lives until either side closes it or the link breaks. */
  RpcStream open(String address, String method, RpcStream.Listener listener);
}
