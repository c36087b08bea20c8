package io.flotilla.base.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.RpcFailure.Code;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthProto;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a port offers beside the methods bound to it. */
final class GrpcServerHostTest {
  private static final String CHECK = "grpc.health.v1.Health/Check";
  private static final String REFLECT = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

  private final GrpcServerHost host = new GrpcServerHost("127.0.0.1", 0, RpcLimits.DEFAULT);
  private final GrpcRpc rpc = new GrpcRpc(RpcLimits.DEFAULT);

  @AfterEach
  void close() {
    rpc.close();
    host.close();
  }

  @Test
  void healthFollowsWhetherTheNodeServes() throws Exception {
    host.open();
    assertThat(health()).isEqualTo(ServingStatus.NOT_SERVING);
    host.serving(true);
    assertThat(health()).isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void reflectionIsOffUnlessAskedFor() throws Exception {
    host.open();
    CompletableFuture<RpcFailure> end = new CompletableFuture<>();
    reflect(ServerReflectionRequest.getDefaultInstance(), new CompletableFuture<>(), end);
    assertThat(end.get(10, TimeUnit.SECONDS).code()).isEqualTo(Code.UNIMPLEMENTED);
  }

  @Test
  void reflectionShowsTheDescribedServices() throws Exception {
    host.bind("flotilla.test.Echo/Ask", (call, reply) -> reply.answer(call.request()));
    host.describe(HealthProto.getDescriptor());
    host.reflect();
    host.open();
    CompletableFuture<ByteString> answer = new CompletableFuture<>();
    ServerReflectionRequest list = ServerReflectionRequest.newBuilder().setListServices("").build();
    reflect(list, answer, new CompletableFuture<>());
    ServerReflectionResponse response =
        ServerReflectionResponse.parseFrom(answer.get(10, TimeUnit.SECONDS));
    assertThat(response.getListServicesResponse().getServiceList())
        .extracting(service -> service.getName())
        .contains("grpc.health.v1.Health");
  }

  @Test
  void aMethodIsBoundOnceAndBeforeThePortOpens() throws Exception {
    host.bind("flotilla.test.Echo/Ask", (call, reply) -> reply.answer(call.request()));
    assertThatThrownBy(() -> host.bind("flotilla.test.Echo/Ask", (call, reply) -> {}))
        .isInstanceOf(AssertionError.class);
    host.open();
    assertThatThrownBy(() -> host.bind("flotilla.test.Echo/Late", (call, reply) -> {}))
        .isInstanceOf(AssertionError.class);
  }

  private ServingStatus health() throws Exception {
    CompletableFuture<ByteString> answer = new CompletableFuture<>();
    rpc.ask(
        host.address(),
        CHECK,
        HealthCheckRequest.getDefaultInstance().toByteString(),
        TimeUnit.SECONDS.toNanos(10),
        new RpcReply() {
          @Override
          public void answer(ByteString response) {
            answer.complete(response);
          }

          @Override
          public void fail(RpcFailure failure) {
            answer.completeExceptionally(new AssertionError(failure.toString()));
          }
        });
    return HealthCheckResponse.parseFrom(answer.get(10, TimeUnit.SECONDS)).getStatus();
  }

  private void reflect(
      ServerReflectionRequest request,
      CompletableFuture<ByteString> answer,
      CompletableFuture<RpcFailure> end) {
    RpcStream stream =
        rpc.open(
            host.address(),
            REFLECT,
            new RpcStream.Listener() {
              @Override
              public void onFrame(ByteString frame, Runnable taken) {
                answer.complete(frame);
                taken.run();
              }

              @Override
              public void onReady() {}

              @Override
              public void onClosed(RpcFailure reason) {
                end.complete(reason);
              }
            });
    stream.send(request.toByteString());
  }
}
