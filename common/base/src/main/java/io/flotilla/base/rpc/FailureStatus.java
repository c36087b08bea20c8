package io.flotilla.base.rpc;

import io.flotilla.base.rpc.RpcFailure.Code;
import io.grpc.Metadata;
import io.grpc.Status;

/**
 * Failures as gRPC statuses, and back.
 *
 * <p>The same status code may be the receiver's word or a guess of the library on either side
 * ({@code UNAVAILABLE} is both "I did nothing" and "the connection broke"), and they prove opposite
 * things. So a receiver signs its word with the trailer {@code flotilla-code}; an unsigned failure
 * proves nothing, unless the question never reached a connection. Stateless, any thread.
 */
final class FailureStatus {
  private static final Metadata.Key<String> CODE =
      Metadata.Key.of("flotilla-code", Metadata.ASCII_STRING_MARSHALLER);

  /** Longest explanation sent, so that it never breaks the receiver's bound on headers. */
  private static final int MESSAGE_CHARS_MAX = 512;

  private FailureStatus() {}

  static Status status(RpcFailure failure) {
    String message = failure.message();
    if (message.length() > MESSAGE_CHARS_MAX) {
      message = message.substring(0, MESSAGE_CHARS_MAX);
    }
    return base(sendable(failure.code())).withDescription(message);
  }

  static Metadata trailers(RpcFailure failure) {
    Metadata trailers = new Metadata();
    trailers.put(CODE, sendable(failure.code()).name());
    return trailers;
  }

  /**
   * What a failed call proves.
   *
   * @param sent whether the call was ever given to a connection
   */
  static RpcFailure failure(Status status, Metadata trailers, boolean sent) {
    String message = message(status);
    if (!sent) {
      return new RpcFailure(Code.UNSENT, message);
    }
    String signed = trailers.get(CODE);
    if (signed != null) {
      for (Code code : Code.values()) {
        if (code != Code.UNSENT && code.name().equals(signed)) {
          return new RpcFailure(code, message);
        }
      }
    }
    // Unsigned, this one is only ever said by a gRPC server that did not find the method.
    Code code = status.getCode() == Status.Code.UNIMPLEMENTED ? Code.UNIMPLEMENTED : Code.NO_ANSWER;
    return new RpcFailure(code, message);
  }

  /** For the asker, a question the receiver could not pass on is one the receiver did not serve. */
  private static Code sendable(Code code) {
    return code == Code.UNSENT ? Code.UNAVAILABLE : code;
  }

  private static Status base(Code code) {
    return switch (code) {
      case INVALID_ARGUMENT -> Status.INVALID_ARGUMENT;
      case UNIMPLEMENTED -> Status.UNIMPLEMENTED;
      case UNSENT, UNAVAILABLE -> Status.UNAVAILABLE;
      case BUSY -> Status.RESOURCE_EXHAUSTED;
      case SESSION_EXPIRED -> Status.FAILED_PRECONDITION;
      case UNKNOWN_OUTCOME -> Status.UNKNOWN;
      case NO_ANSWER -> Status.DEADLINE_EXCEEDED;
    };
  }

  private static String message(Status status) {
    String description = status.getDescription();
    return description == null ? status.getCode().toString() : description;
  }
}
