package io.flotilla.shardkv.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.v1.AppendRequest;
import io.flotilla.v1.CompareAndSetRequest;
import io.flotilla.v1.DeleteRequest;
import io.flotilla.v1.GetRequest;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import io.flotilla.v1.PutIfVersionRequest;
import io.flotilla.v1.PutRequest;
import io.flotilla.v1.Refusal;

/** Plain unary requests as operations, and outcomes as their responses or failures. Pure. */
final class UnaryCalls {
  private UnaryCalls() {}

  /** The operation that {@code bytes} ask for; the caller adds where it goes. */
  static Operation.Builder parse(Operation.RequestCase method, ByteString bytes)
      throws InvalidProtocolBufferException {
    Operation.Builder operation = Operation.newBuilder();
    return switch (method) {
      case GET -> operation.setGet(GetRequest.parseFrom(bytes));
      case PUT -> operation.setPut(PutRequest.parseFrom(bytes));
      case APPEND -> operation.setAppend(AppendRequest.parseFrom(bytes));
      case DELETE -> operation.setDelete(DeleteRequest.parseFrom(bytes));
      case COMPARE_AND_SET -> operation.setCompareAndSet(CompareAndSetRequest.parseFrom(bytes));
      case PUT_IF_VERSION -> operation.setPutIfVersion(PutIfVersionRequest.parseFrom(bytes));
      case SCAN, REQUEST_NOT_SET -> throw new AssertionError("not a call of one key: " + method);
    };
  }

  static MessageLite response(Outcome outcome) {
    return switch (outcome.getResultCase()) {
      case GET -> outcome.getGet();
      case PUT -> outcome.getPut();
      case APPEND -> outcome.getAppend();
      case DELETE -> outcome.getDelete();
      case COMPARE_AND_SET -> outcome.getCompareAndSet();
      case PUT_IF_VERSION -> outcome.getPutIfVersion();
      case SCAN -> outcome.getScan();
      case REFUSAL, RESULT_NOT_SET -> throw new AssertionError("no response: " + outcome);
    };
  }

  static RpcFailure failure(Refusal refusal) {
    String message = refusal.getMessage();
    return switch (refusal.getCode()) {
      case NOT_LEADER -> unavailable("the leader of the shard's group has just changed");
      case WRONG_OWNER -> unavailable("the shard has just moved");
      case BUSY -> new RpcFailure(RpcFailure.Code.BUSY, message);
      case INVALID_ARGUMENT -> new RpcFailure(RpcFailure.Code.INVALID_ARGUMENT, message);
      case SESSION_EXPIRED -> new RpcFailure(RpcFailure.Code.SESSION_EXPIRED, message);
      case UNAVAILABLE -> unavailable(message);
      default -> new RpcFailure(RpcFailure.Code.UNKNOWN_OUTCOME, message);
    };
  }

  private static RpcFailure unavailable(String message) {
    return new RpcFailure(RpcFailure.Code.UNAVAILABLE, message);
  }
}
