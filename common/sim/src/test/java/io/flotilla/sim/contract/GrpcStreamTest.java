package io.flotilla.sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors;
import io.flotilla.base.rpc.GrpcServerHost;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcFailure.Code;
import io.flotilla.base.rpc.RpcLimits;
import io.flotilla.base.rpc.RpcServer;
import io.flotilla.base.rpc.RpcStream;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams over real sockets keep the contract, and hold little for those who do not read. */
final class GrpcStreamTest extends RpcStreamContract {
  private static final String METHOD = "flotilla.test.Echo/Talk";
  private static final MethodDescriptor<ByteString, ByteString> TALK =
      MethodDescriptor.newBuilder(new Bytes(), new Bytes())
          .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
          .setFullMethodName(METHOD)
          .build();

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
  void aClientThatDoesNotReadIsCutOffAtTheBound() throws Exception {
    Ear server = new Ear();
    String address = serve(s -> s.bindStream(METHOD, server::accept));
    ManagedChannel channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
    CompletableFuture<Status> end = new CompletableFuture<>();
    ClientCall<ByteString, ByteString> call = channel.newCall(TALK, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        new Metadata());
    fill(server.stream.get(10, TimeUnit.SECONDS), server.end);
    assertThat(server.end.get(10, TimeUnit.SECONDS).code()).isEqualTo(Code.BUSY);
    // The library tells of the end only behind the frames that already arrived.
    call.request(100);
    assertThat(end.get(10, TimeUnit.SECONDS).isOk()).isFalse();
    channel.shutdownNow();
  }

  @Test
  void aServerThatDoesNotReadIsGivenUpAtTheBound() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    CompletableFuture<ServerCall<ByteString, ByteString>> accepted = new CompletableFuture<>();
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(
                ServerServiceDefinition.builder("flotilla.test.Echo")
                    .addMethod(
                        TALK,
                        (call, headers) -> {
                          accepted.complete(call);
                          return new CancelEar(cancelled);
                        })
                    .build())
            .build()
            .start();
    Ear client = new Ear();
    RpcStream stream = world.rpc.open("127.0.0.1:" + server.getPort(), METHOD, client);
    await(stream::isReady);
    fill(stream, client.end);
    assertThat(client.end.get(10, TimeUnit.SECONDS).code()).isEqualTo(Code.BUSY);
    accepted.get(10, TimeUnit.SECONDS).request(100);
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    server.shutdownNow();
  }

  @Test
  void aListenerThatTakesNothingIsBroughtNoMoreThanTheWindow() {
    Queue<Runnable> untaken = new ConcurrentLinkedQueue<>();
    Ear echo = new Ear();
    String address =
        serve(
            s -> {
              s.bindStream(METHOD, stream -> new HeldEar(untaken));
              s.bindStream("flotilla.test.Echo/Other", echo::accept);
            });
    RpcStream stream = rpc().open(address, METHOD, new Ear());
    for (int i = 0; i < 40; i++) {
      stream.send(ByteString.copyFrom(new byte[64 << 10]));
    }
    await(() -> untaken.size() >= 4);
    // The same connection brings another stream's frame behind a whole window of ours.
    rpc().open(address, "flotilla.test.Echo/Other", new Ear()).send(ByteString.EMPTY);
    await(() -> echo.frames.get() == 1);
    assertThat(untaken).hasSize(4);
    AtomicInteger taken = new AtomicInteger();
    await(
        () -> {
          for (Runnable one = untaken.poll(); one != null; one = untaken.poll()) {
            one.run();
            taken.incrementAndGet();
          }
          return taken.get() == 40;
        });
  }

  @Test
  void aCallerThatAsksOnceIsServedOnAfterItClosedItsDirection() throws Exception {
    Ear server = new Ear();
    GrpcServerHost host = new GrpcServerHost("127.0.0.1", 0, RpcLimits.DEFAULT);
    host.describe(watchService());
    AtomicReference<Ear> asker = new AtomicReference<>(server);
    host.bindStream("flotilla.test.Watch/Follow", stream -> asker.get().accept(stream));
    host.open();
    Ear client = new Ear();
    RpcStream stream = world.rpc.open(host.address(), "flotilla.test.Watch/Follow", client);
    stream.send(ByteString.copyFromUtf8("what"));
    stream.close();
    await(() -> server.frames.get() == 1);
    RpcStream answers = server.stream.get(10, TimeUnit.SECONDS);
    answers.send(ByteString.copyFromUtf8("this"));
    assertThat(server.end).isNotDone();
    answers.close();
    Ear mute = new Ear();
    asker.set(mute);
    world.rpc.open(host.address(), "flotilla.test.Watch/Follow", new Ear()).close();
    assertThat(mute.end.get(10, TimeUnit.SECONDS).code()).isEqualTo(Code.NO_ANSWER);
    host.kill();
  }

  /** One request, a stream of answers. */
  private static Descriptors.FileDescriptor watchService() throws Exception {
    return Descriptors.FileDescriptor.buildFrom(
        FileDescriptorProto.newBuilder()
            .setName("watch.proto")
            .setPackage("flotilla.test")
            .addMessageType(DescriptorProto.newBuilder().setName("Empty"))
            .addService(
                ServiceDescriptorProto.newBuilder()
                    .setName("Watch")
                    .addMethod(
                        MethodDescriptorProto.newBuilder()
                            .setName("Follow")
                            .setInputType("Empty")
                            .setOutputType("Empty")
                            .setServerStreaming(true)))
            .build(),
        new Descriptors.FileDescriptor[0]);
  }

  /** Sends regardless of readiness, a little more than the network and the bound can hold. */
  private static void fill(RpcStream stream, CompletableFuture<RpcFailure> end) {
    ByteString frame = ByteString.copyFrom(new byte[1 << 20]);
    for (int i = 0; i < 40 && !end.isDone(); i++) {
      stream.send(frame);
    }
  }

  /** Remembers what it heard. */
  private static final class Ear implements RpcStream.Listener {
    final CompletableFuture<RpcStream> stream = new CompletableFuture<>();
    final CompletableFuture<RpcFailure> end = new CompletableFuture<>();
    final AtomicInteger frames = new AtomicInteger();

    RpcStream.Listener accept(RpcStream accepted) {
      stream.complete(accepted);
      return this;
    }

    @Override
    public void onFrame(ByteString frame, Runnable taken) {
      frames.incrementAndGet();
      taken.run();
    }

    @Override
    public void onReady() {}

    @Override
    public void onClosed(RpcFailure reason) {
      end.complete(reason);
    }
  }

  /** Keeps the word that a frame was taken. */
  private record HeldEar(Queue<Runnable> untaken) implements RpcStream.Listener {
    @Override
    public void onFrame(ByteString frame, Runnable taken) {
      untaken.add(taken);
    }

    @Override
    public void onReady() {}

    @Override
    public void onClosed(RpcFailure reason) {}
  }

  /** A server call that never asks for a frame. */
  private static final class CancelEar extends ServerCall.Listener<ByteString> {
    private final CountDownLatch cancelled;

    CancelEar(CountDownLatch cancelled) {
      this.cancelled = cancelled;
    }

    @Override
    public void onCancel() {
      cancelled.countDown();
    }
  }

  /** Bytes as they are, in the plainest way. */
  private static final class Bytes implements MethodDescriptor.Marshaller<ByteString> {
    @Override
    public InputStream stream(ByteString value) {
      return value.newInput();
    }

    @Override
    public ByteString parse(InputStream stream) {
      try {
        return ByteString.readFrom(stream);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
