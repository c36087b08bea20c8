package io.flotilla.base.rpc;

import com.google.protobuf.ByteString;
import io.flotilla.base.check.Check;
import io.flotilla.base.rpc.RpcFailure.Code;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves one one-answer method on the network thread; the answer may come from any thread. */
final class UnaryMethod implements ServerCallHandler<ByteString, ByteString> {
  /** Who is on the other end of a connection; written once for each connection. */
  static final Attributes.Key<String> CALLER = Attributes.Key.create("flotilla-caller");

  private static final Logger log = LoggerFactory.getLogger(UnaryMethod.class);

  private final String method;
  private final RpcHandler handler;
  private final RpcLimits limits;

  UnaryMethod(String method, RpcHandler handler, RpcLimits limits) {
    this.method = method;
    this.handler = handler;
    this.limits = limits;
  }

  @Override
  public ServerCall.Listener<ByteString> startCall(
      ServerCall<ByteString, ByteString> call, Metadata headers) {
    call.request(2);
    return new Question(call);
  }

  private long remainingNanos() {
    Deadline deadline = Context.current().getDeadline();
    if (deadline == null) {
      return limits.deadlineNanosMax();
    }
    return Math.min(limits.deadlineNanosMax(), deadline.timeRemaining(TimeUnit.NANOSECONDS));
  }

  private void handle(ServerCall<ByteString, ByteString> call, ByteString request) {
    Reply reply = new Reply(call);
    String caller = call.getAttributes().get(CALLER);
    Call question =
        new Call(method, request, remainingNanos(), caller == null ? "unknown" : caller);
    try {
      handler.handle(question, reply);
    } catch (RuntimeException | Error e) {
      // The handler only hops to a loop, so this is a defect; the connection must outlive it.
      log.error("handler of {} failed", method, e);
      reply.failUnlessDone(new RpcFailure(Code.UNKNOWN_OUTCOME, "handler failed"));
    }
  }

  /** Collects the one request. Network thread, one call at a time. */
  private final class Question extends ServerCall.Listener<ByteString> {
    private final ServerCall<ByteString, ByteString> call;
    private ByteString request = ByteString.EMPTY;
    private int requests;

    Question(ServerCall<ByteString, ByteString> call) {
      this.call = call;
    }

    @Override
    public void onMessage(ByteString message) {
      request = message;
      requests++;
    }

    @Override
    public void onHalfClose() {
      if (requests == 1) {
        handle(call, request);
      } else {
        new Reply(call)
            .fail(new RpcFailure(Code.INVALID_ARGUMENT, requests + " requests instead of one"));
      }
    }
  }

  /** Sends the one answer; late ones of calls that are over go nowhere. */
  private static final class Reply implements RpcReply {
    private final ServerCall<ByteString, ByteString> call;
    private final AtomicBoolean done = new AtomicBoolean();

    Reply(ServerCall<ByteString, ByteString> call) {
      this.call = call;
    }

    @Override
    public void answer(ByteString response) {
      Check.that(done.compareAndSet(false, true), "a call is answered once");
      call.sendHeaders(new Metadata());
      call.sendMessage(response);
      call.close(Status.OK, new Metadata());
    }

    @Override
    public void fail(RpcFailure failure) {
      Check.that(done.compareAndSet(false, true), "a call is answered once");
      close(failure);
    }

    void failUnlessDone(RpcFailure failure) {
      if (done.compareAndSet(false, true)) {
        close(failure);
      }
    }

    private void close(RpcFailure failure) {
      call.close(FailureStatus.status(failure), FailureStatus.trailers(failure));
    }
  }
}
