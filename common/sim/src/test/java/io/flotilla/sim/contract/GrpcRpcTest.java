package io.flotilla.sim.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.GrpcServerHost;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcFailure.Code;
import io.flotilla.base.rpc.RpcLimits;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Questions over real sockets keep the contract. */
final class GrpcRpcTest extends RpcContract {
  private static final String METHOD = "flotilla.test.Echo/Ask";

  private final GrpcWorld world = new GrpcWorld(RpcLimits.DEFAULT);

  @AfterEach
  void close() {
    world.close();
  }

  @Override
  protected String serve(Consumer<RpcServer> bindings) {
    return world.serve(bindings);
  }

  @Override
  protected void stop(String address) {
    world.stop(address);
  }

  @Override
  protected String deadAddress() {
    return GrpcWorld.deadAddress();
  }

  @Override
  protected Rpc rpc() {
    return world.rpc;
  }

  @Override
  protected void await(BooleanSupplier condition) {
    RealTime.await(condition);
  }

  @Test
  void aServerThatComesBackIsFound() throws Exception {
    String address = serve(server -> server.bind(METHOD, (c, reply) -> reply.answer(c.request())));
    int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    assertThat(ask(address, 1, 10)).isEmpty();
    stop(address);
    for (int i = 0; i < 20; i++) {
      assertThat(ask(address, 1, 10)).isNotEmpty();
    }
    world.serve(port, server -> server.bind(METHOD, (c, reply) -> reply.answer(c.request())));
    await(() -> ask(address, 1, 10).isEmpty());
  }

  @Test
  void whatIsTooLongIsRefusedAndTheConnectionLives() {
    String address =
        serve(
            server ->
                server.bind(
                    METHOD,
                    (call, reply) -> {
                      int size = Integer.parseInt(call.request().substring(0, 8).toStringUtf8());
                      reply.answer(ByteString.copyFrom(new byte[size]));
                    }));
    assertThat(ask(address, "00000001", 10)).isEqualTo("");
    assertThat(ask(address, RpcLimits.DEFAULT.messageBytesMax() + 1, 10))
        .isEqualTo(Code.INVALID_ARGUMENT.name());
    // The answer is too long for us: the question was executed, so nothing definite can be said.
    assertThat(ask(address, "05000000", 10)).isEqualTo(Code.NO_ANSWER.name());
    assertThat(ask(address, "00000001", 10)).isEqualTo("");
  }

  @Test
  void aHandlerThatThrowsLeavesTheOutcomeUnknown() {
    String address =
        serve(
            server ->
                server.bind(
                    METHOD,
                    (call, reply) -> {
                      throw new IllegalStateException("defect");
                    }));
    assertThat(ask(address, 1, 10)).isEqualTo(Code.UNKNOWN_OUTCOME.name());
    assertThat(ask(address, 1, 10)).isEqualTo(Code.UNKNOWN_OUTCOME.name());
  }

  @Test
  void whatCannotBeAnAddressOrHasNoTimeIsUnsent() {
    assertThat(ask("not an address", 1, 10)).isEqualTo(Code.UNSENT.name());
    assertThat(ask("no-such-host.invalid:1", 1, 10)).isEqualTo(Code.UNSENT.name());
    assertThat(ask(deadAddress(), 1, 0)).isEqualTo(Code.UNSENT.name());
  }

  @Test
  void aBusyPortIsNamed() {
    String address = serve(server -> {});
    int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    GrpcServerHost second = new GrpcServerHost("127.0.0.1", port, RpcLimits.DEFAULT);
    assertThatThrownBy(second::open)
        .isInstanceOf(IOException.class)
        .hasMessage("port " + port + " on 127.0.0.1 is in use");
    GrpcServerHost elsewhere = new GrpcServerHost("192.0.2.1", 0, RpcLimits.DEFAULT);
    assertThatThrownBy(elsewhere::open)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot listen on 192.0.2.1:0");
  }

  @Test
  void aQuestionIsNotKeptForAConnectionThatNobodyAccepts() throws Exception {
    // The kernel accepts for a process that is frozen; HTTP/2 is never spoken.
    try (ServerSocket frozen = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + frozen.getLocalPort();
      CompletableFuture<String> patient =
          askLater(world.rpc, address, ByteString.EMPTY, 60).orTimeout(20, TimeUnit.SECONDS);
      for (int i = 0; i < 3; i++) {
        // Each ends by its own deadline, and none takes the connection from those who wait.
        CompletableFuture<RpcFailure> hasty = new CompletableFuture<>();
        world.rpc.ask(address, METHOD, ByteString.EMPTY, 20_000_000, new Failing(hasty));
        assertThat(hasty.get(20, TimeUnit.SECONDS).code()).isEqualTo(Code.UNSENT);
        assertThat(hasty.get().message()).doesNotStartWith("no connection");
      }
      assertThat(patient.join()).isEqualTo(Code.UNSENT.name());
    }
  }

  @Test
  void manyQuestionsAtOnceAreAllAnswered() {
    String address = serve(server -> server.bind(METHOD, (c, reply) -> reply.answer(c.request())));
    int count = 5_000;
    CompletableFuture<?>[] answers = new CompletableFuture<?>[count];
    for (int i = 0; i < count; i++) {
      answers[i] = askLater(world.rpc, address, ByteString.copyFromUtf8("question " + i), 30);
    }
    await(() -> CompletableFuture.allOf(answers).isDone());
    assertThat(answers).allMatch(answer -> answer.join().equals(""));
  }

  @Test
  void addressesBeyondTheBoundCostTheOldestItsConnectionOnly() {
    RpcLimits d = RpcLimits.DEFAULT;
    RpcLimits two =
        new RpcLimits(
            d.messageBytesMax(),
            d.metadataBytesMax(),
            d.callsPerConnectionMax(),
            d.resetsMax(),
            d.handshakeNanos(),
            d.keepAliveNanos(),
            d.keepAliveTimeoutNanos(),
            d.idleNanos(),
            d.streamQueueBytesMax(),
            d.deadlineNanosMax(),
            2);
    try (GrpcWorld small = new GrpcWorld(two)) {
      for (int i = 0; i < 8; i++) {
        String address =
            serve(server -> server.bind(METHOD, (c, reply) -> reply.answer(c.request())));
        for (int round = 0; round < 2; round++) {
          ByteString question = ByteString.copyFromUtf8("question");
          assertThat(askLater(small.rpc, address, question, 10).join()).isEmpty();
        }
      }
    }
  }

  /** Expects no answer. */
  private record Failing(CompletableFuture<RpcFailure> failure) implements RpcReply {
    @Override
    public void answer(ByteString response) {
      failure.completeExceptionally(new AssertionError("answered"));
    }

    @Override
    public void fail(RpcFailure reason) {
      failure.complete(reason);
    }
  }

  private String ask(String address, int bytes, long seconds) {
    return askLater(world.rpc, address, ByteString.copyFrom(new byte[bytes]), seconds).join();
  }

  private String ask(String address, String request, long seconds) {
    return askLater(world.rpc, address, ByteString.copyFromUtf8(request), seconds).join();
  }

  /** The name of the failure's code, or nothing. */
  private static CompletableFuture<String> askLater(
      Rpc rpc, String address, ByteString request, long seconds) {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    rpc.ask(
        address,
        METHOD,
        request,
        TimeUnit.SECONDS.toNanos(seconds),
        new RpcReply() {
          @Override
          public void answer(ByteString response) {
            outcome.complete("");
          }

          @Override
          public void fail(RpcFailure failure) {
            outcome.complete(failure.code().name());
          }
        });
    return outcome.orTimeout(60, TimeUnit.SECONDS);
  }
}
