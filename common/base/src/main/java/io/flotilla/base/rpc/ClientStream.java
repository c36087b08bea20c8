package io.flotilla.base.rpc;

import com.google.protobuf.ByteString;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.function.BiFunction;

/** The opening side of a stream; see {@link BoundedStream} for its threads. */
final class ClientStream extends BoundedStream {
  private final ClientCall<ByteString, ByteString> call;
  private final Listener listener;
  private final BiFunction<Status, Metadata, RpcFailure> failure;

  ClientStream(
      ClientCall<ByteString, ByteString> call,
      RpcLimits limits,
      Listener listener,
      BiFunction<Status, Metadata, RpcFailure> failure) {
    super(limits);
    this.call = call;
    this.listener = listener;
    this.failure = failure;
  }

  void start() {
    call.start(new Ear(), new Metadata());
    call.request(WINDOW);
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
    call.halfClose();
  }

  @Override
  void abort() {
    call.cancel("receiver does not read", null);
  }

  /** Network thread, one call at a time. */
  private final class Ear extends ClientCall.Listener<ByteString> {
    @Override
    public void onMessage(ByteString frame) {
      arrived(frame, listener);
    }

    @Override
    public void onReady() {
      if (isListening()) {
        listener.onReady();
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      RpcFailure reason =
          status.isOk()
              ? new RpcFailure(RpcFailure.Code.NO_ANSWER, "closed by the other side")
              : failure.apply(status, trailers);
      ended(reason).ifPresent(listener::onClosed);
    }
  }
}
