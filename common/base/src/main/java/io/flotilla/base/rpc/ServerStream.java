package io.flotilla.base.rpc;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;

/** The accepting side of a stream; see {@link BoundedStream} for its threads. */
final class ServerStream extends BoundedStream {
  private final ServerCall<ByteString, ByteString> call;

  private ServerStream(ServerCall<ByteString, ByteString> call, RpcLimits limits) {
    super(limits);
    this.call = call;
  }

  /**
   * Serves one streaming method.
   *
   * @param asksOnce whether callers send one frame and close their direction while they go on
   *     listening, as foreign clients of a server-streaming method do
   */
  static ServerCallHandler<ByteString, ByteString> method(
      StreamHandler handler, RpcLimits limits, boolean asksOnce) {
    return (call, headers) -> {
      ServerStream stream = new ServerStream(call, limits);
      call.sendHeaders(new Metadata());
      RpcStream.Listener listener = handler.accept(stream);
      call.request(WINDOW);
      return stream.new Ear(listener, asksOnce);
    };
  }

  @Override
  boolean callIsReady() {
    return call.isReady();
  }

  @Override
  void request(int frames) {
    call.request(frames);
  }

  @Override
  void write(ByteString frame) {
    call.sendMessage(frame);
  }

  @Override
  void finish() {
    call.close(Status.OK, new Metadata());
  }

  /**
   * Closing would wait behind the very bytes that nobody reads. The only way in which a server call
   * can be reset is that a message cannot be written.
   */
  @Override
  void abort() {
    call.sendMessage(ByteMarshaller.RESET);
  }

  /** Network thread, one call at a time. */
  private final class Ear extends ServerCall.Listener<ByteString> {
    private final RpcStream.Listener listener;
    private final boolean asksOnce;
    private boolean hasAsked;

    Ear(RpcStream.Listener listener, boolean asksOnce) {
      this.listener = listener;
      this.asksOnce = asksOnce;
    }

    @Override
    public void onMessage(ByteString frame) {
      hasAsked = true;
      arrived(frame, listener);
    }

    @Override
    public void onReady() {
      if (isListening()) {
        listener.onReady();
      }
    }

    @Override
    public void onHalfClose() {
      // Whoever closes without a question will never get an answer either.
      if (!asksOnce || !hasAsked) {
        over("closed by the other side");
      }
    }

    @Override
    public void onCancel() {
      over("connection lost");
    }

    private void over(String message) {
      ended(new RpcFailure(RpcFailure.Code.NO_ANSWER, message)).ifPresent(listener::onClosed);
    }
  }
}
