package io.flotilla.deploy.birth;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import java.util.concurrent.CompletableFuture;

/** Questions to nodes whose answers are waited for. Any thread. */
final class Question {
  private final Rpc rpc;
  private final long timeoutNanos;

  Question(Rpc rpc, long timeoutNanos) {
    this.rpc = rpc;
    this.timeoutNanos = timeoutNanos;
  }

  <T> CompletableFuture<Answer<T>> ask(
      String address, String method, MessageLite request, Parser<T> parser) {
    CompletableFuture<Answer<T>> future = new CompletableFuture<>();
    rpc.ask(
        address,
        method,
        request.toByteString(),
        timeoutNanos,
        new RpcReply() {
          @Override
          public void answer(ByteString response) {
            try {
              future.complete(new Answer.Given<>(parser.parseFrom(response)));
            } catch (InvalidProtocolBufferException malformed) {
              fail(new RpcFailure(RpcFailure.Code.NO_ANSWER, "the answer is malformed"));
            }
          }

          @Override
          public void fail(RpcFailure failure) {
            future.complete(new Answer.Missing<>(failure));
          }
        });
    return future;
  }

  /** What came of a question. */
  sealed interface Answer<T> {
    record Given<T>(T value) implements Answer<T> {}

    record Missing<T>(RpcFailure failure) implements Answer<T> {}
  }
}
