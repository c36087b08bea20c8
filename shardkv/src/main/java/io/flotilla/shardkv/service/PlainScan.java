package io.flotilla.shardkv.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.check.Check;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcServer;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.client.FlotillaClient;
import io.flotilla.client.FlotillaException;
import io.flotilla.client.ScanPage;
import io.flotilla.v1.KeyValue;
import io.flotilla.v1.ScanRequest;
import io.flotilla.v1.ScanResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A plain unary scan: merged over the whole cluster by a client of this node's own. */
final class PlainScan {
  private final EventLoop loop;
  private final Operations operations;
  private final FlotillaClient client;

  PlainScan(EventLoop loop, Operations operations, FlotillaClient client) {
    this.loop = loop;
    this.operations = operations;
    this.client = client;
  }

  void bind(RpcServer server) {
    server.bind("flotilla.v1.Kv/Scan", (call, reply) -> loop.execute(() -> scan(call, reply)));
  }

  private void scan(Call call, RpcReply reply) {
    try {
      ScanRequest request = ScanRequest.parseFrom(call.request());
      Optional<ByteString> after =
          request.getAfter().isEmpty() ? Optional.empty() : Optional.of(request.getAfter());
      CompletableFuture<ScanPage> page =
          client.scan(request.getPrefix(), request.getLimit(), after);
      CompletableFuture<Void> answered =
          page.handle(
              (rows, failure) -> {
                if (rows != null) {
                  reply.answer(response(rows).toByteString());
                } else {
                  reply.fail(failureOf(failure));
                }
                return null;
              });
      Check.that(!answered.isCompletedExceptionally(), "an answer that cannot be sent");
    } catch (InvalidProtocolBufferException malformed) {
      reply.fail(new RpcFailure(RpcFailure.Code.INVALID_ARGUMENT, "malformed request"));
    }
  }

  private ScanResponse response(ScanPage page) {
    ScanResponse.Builder response = ScanResponse.newBuilder().setMore(page.next().isPresent());
    for (ScanPage.Row row : page.rows()) {
      response.addRows(
          KeyValue.newBuilder()
              .setKey(row.key())
              .setValue(row.value().value())
              .setVersion(row.value().version()));
    }
    int shards = operations.map().map(map -> map.shardCount()).orElse(0);
    for (int shard = 0; shard < shards; shard++) {
      response.addCovered(shard);
    }
    return response.build();
  }

  private static RpcFailure failureOf(Throwable failure) {
    boolean isInvalid =
        failure instanceof FlotillaException refused
            && refused.code() == FlotillaException.Code.INVALID_ARGUMENT;
    return new RpcFailure(
        isInvalid ? RpcFailure.Code.INVALID_ARGUMENT : RpcFailure.Code.UNAVAILABLE,
        String.valueOf(failure.getMessage()));
  }
}
