package io.flotilla.base.rpc;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.RpcFailure.Code;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The asking side of {@link Rpc} over gRPC: one connection an address, shared by all its calls.
 *
 * <p>Any thread; callbacks run on gRPC's network threads, or on the caller's when a question is
 * refused before it is sent. Nothing is retried, here or in the library. Bounds: {@link RpcLimits}.
 */
public final class GrpcRpc implements Rpc, AutoCloseable {
  private final RpcLimits limits;
  private final Connections connections;
  private final ByteMethods methods = new ByteMethods();

  /** A client with no connection yet. */
  public GrpcRpc(RpcLimits limits) {
    this.limits = limits;
    this.connections = new Connections(limits);
  }

  @Override
  public void ask(
      String address, String method, ByteString request, long timeoutNanos, RpcReply reply) {
    if (timeoutNanos <= 0) {
      reply.fail(new RpcFailure(Code.UNSENT, "no time left to ask"));
      return;
    }
    if (request.size() > limits.messageBytesMax()) {
      reply.fail(new RpcFailure(Code.INVALID_ARGUMENT, tooLong(request)));
      return;
    }
    Optional<ManagedChannel> channel = connections.to(address);
    if (channel.isEmpty()) {
      reply.fail(notConnected(address));
      return;
    }
    SentMark mark = new SentMark();
    CallOptions options =
        CallOptions.DEFAULT
            .withDeadlineAfter(
                Math.min(timeoutNanos, limits.deadlineNanosMax()), TimeUnit.NANOSECONDS)
            .withStreamTracerFactory(mark);
    ClientCall<ByteString, ByteString> call = channel.get().newCall(methods.unary(method), options);
    call.start(new Answer(address, channel.get(), mark, reply), new Metadata());
    // Two, because a second message is the only way to notice a server that breaks the rules.
    call.request(2);
    call.sendMessage(request);
    call.halfClose();
  }

  @Override
  public RpcStream open(String address, String method, RpcStream.Listener listener) {
    Optional<ManagedChannel> channel = connections.to(address);
    if (channel.isEmpty()) {
      listener.onClosed(notConnected(address));
      return ClosedStream.INSTANCE;
    }
    SentMark mark = new SentMark();
    CallOptions options = CallOptions.DEFAULT.withStreamTracerFactory(mark);
    ClientStream stream =
        new ClientStream(
            channel.get().newCall(methods.stream(method), options),
            limits,
            listener,
            (status, trailers) -> failure(address, channel.get(), status, trailers, mark));
    stream.start();
    return stream;
  }

  /** Breaks every call under way and closes the connections. */
  @Override
  public void close() {
    connections.close();
  }

  private RpcFailure failure(
      String address, ManagedChannel channel, Status status, Metadata trailers, SentMark mark) {
    // A caller whose own time was up says nothing of the connection, which others wait for too.
    if (!mark.isSent() && status.getCode() == Status.Code.UNAVAILABLE) {
      connections.failed(address, channel);
    }
    return FailureStatus.failure(status, trailers, mark.isSent());
  }

  private String tooLong(ByteString message) {
    return message.size() + " bytes, at most " + limits.messageBytesMax() + " are sent";
  }

  private static RpcFailure notConnected(String address) {
    return new RpcFailure(Code.UNSENT, "no connection to " + address);
  }

  /** Waits for what a question brings. Network thread, one call at a time. */
  private final class Answer extends ClientCall.Listener<ByteString> {
    private final String address;
    private final ManagedChannel channel;
    private final SentMark mark;
    private final RpcReply reply;
    private ByteString response = ByteString.EMPTY;
    private int responses;

    Answer(String address, ManagedChannel channel, SentMark mark, RpcReply reply) {
      this.address = address;
      this.channel = channel;
      this.mark = mark;
      this.reply = reply;
    }

    @Override
    public void onMessage(ByteString message) {
      response = message;
      responses++;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (!status.isOk()) {
        reply.fail(failure(address, channel, status, trailers, mark));
      } else if (responses != 1) {
        reply.fail(new RpcFailure(Code.NO_ANSWER, responses + " answers instead of one"));
      } else {
        reply.answer(response);
      }
    }
  }
}
