package io.flotilla.base.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What strangers send to the port costs nobody else anything, and does not last. */
final class BadInputTest {
  private static final String ECHO = "flotilla.test.Echo/Ask";
  private static final String TALK = "flotilla.test.Echo/Talk";
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EMPTY_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

  /** The default bounds with shorter times, so that the test need not wait for the real ones. */
  private static final RpcLimits LIMITS =
      new RpcLimits(
          1 << 20,
          8 << 10,
          100,
          100,
          TimeUnit.MILLISECONDS.toNanos(300),
          TimeUnit.MILLISECONDS.toNanos(300),
          TimeUnit.MILLISECONDS.toNanos(300),
          TimeUnit.MINUTES.toNanos(1),
          4 << 20,
          TimeUnit.MINUTES.toNanos(1),
          16);

  private final GrpcServerHost host = new GrpcServerHost("127.0.0.1", 0, LIMITS);
  private final GrpcRpc friend = new GrpcRpc(LIMITS);
  private final List<ManagedChannel> channels = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    host.bind(ECHO, (call, reply) -> reply.answer(call.request()));
    host.bindStream(TALK, stream -> new Silent());
    host.open();
    assertFriendIsServed();
  }

  @AfterEach
  void close() {
    assertFriendIsServed();
    channels.forEach(ManagedChannel::shutdownNow);
    friend.close();
    host.kill();
  }

  @Test
  void aMessageOverTheBoundIsRefusedAndItsConnectionLives() throws Exception {
    ManagedChannel stranger = stranger();
    assertThat(ask(stranger, new byte[2 << 20], new Metadata()).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(ask(stranger, new byte[1], new Metadata()).isOk()).isTrue();
  }

  @Test
  void headersOverTheBoundAreRefused() throws Exception {
    ManagedChannel stranger = stranger();
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(20_000));
    assertThat(ask(stranger, new byte[1], headers).isOk()).isFalse();
    assertThat(ask(stranger, new byte[1], new Metadata()).isOk()).isTrue();
  }

  @Test
  void whatIsNotHttp2IsClosed() throws Exception {
    byte[] random = new byte[4_096];
    new Random(7).nextBytes(random);
    byte[] http1 = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] tlsHello = {22, 3, 1, 0, 5, 1, 0, 0, 1, 3};
    for (byte[] bytes : List.of(random, http1, tlsHello)) {
      try (Socket socket = connect()) {
        socket.getOutputStream().write(bytes);
        assertCloses(socket);
      }
    }
  }

  @Test
  void connectionsThatSayNothingAreClosed() throws Exception {
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      silent.add(connect());
    }
    assertFriendIsServed();
    for (Socket socket : silent) {
      assertCloses(socket);
      socket.close();
    }
  }

  /** gRPC asks for signs of life every 10 s at most, so both kinds share one wait. */
  @Test
  void connectionsThatFallSilentOrSendAByteNowAndThenAreClosed() throws Exception {
    ScheduledExecutorService slowly = Executors.newSingleThreadScheduledExecutor();
    try (Socket silent = connect();
        Socket slow = connect()) {
      silent.getOutputStream().write(PREFACE);
      silent.getOutputStream().write(EMPTY_SETTINGS);
      OutputStream output = slow.getOutputStream();
      output.write(PREFACE);
      output.write(EMPTY_SETTINGS);
      // A headers frame of 1,000 bytes on stream 1, of which one arrives every 50 ms.
      output.write(new byte[] {0, 3, (byte) 0xe8, 1, 0, 0, 0, 0, 1});
      slowly.scheduleAtFixedRate(() -> writeOne(output), 50, 50, TimeUnit.MILLISECONDS);
      assertCloses(slow);
      assertCloses(silent);
    } finally {
      slowly.shutdownNow();
    }
  }

  @Test
  void whoOpensAndResetsStreamsIsCutOff() throws Exception {
    ManagedChannel stranger = stranger();
    CompletableFuture<Status> end = new CompletableFuture<>();
    start(stranger, TALK, MethodType.BIDI_STREAMING, end, new Metadata());
    assertThat(ask(stranger, new byte[1], new Metadata()).isOk()).isTrue();
    for (int i = 0; i < 2_000 && !end.isDone(); i++) {
      CompletableFuture<Status> ignored = new CompletableFuture<>();
      start(stranger, TALK, MethodType.BIDI_STREAMING, ignored, new Metadata())
          .cancel("rapid reset", null);
    }
    // Only the loss of the whole connection can end that first stream.
    assertThat(end.get(10, TimeUnit.SECONDS).isOk()).isFalse();
  }

  private void assertFriendIsServed() {
    CompletableFuture<ByteString> answer = new CompletableFuture<>();
    friend.ask(
        host.address(),
        ECHO,
        ByteString.copyFromUtf8("hello"),
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
    assertThat(answer.join().toStringUtf8()).isEqualTo("hello");
  }

  private ManagedChannel stranger() {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(host.address())
            .usePlaintext()
            .maxInboundMessageSize(16 << 20)
            .build();
    channels.add(channel);
    return channel;
  }

  private static Status ask(ManagedChannel channel, byte[] bytes, Metadata headers)
      throws Exception {
    CompletableFuture<Status> end = new CompletableFuture<>();
    ClientCall<ByteString, ByteString> call = start(channel, ECHO, MethodType.UNARY, end, headers);
    call.request(2);
    call.sendMessage(ByteString.copyFrom(bytes));
    call.halfClose();
    return end.get(10, TimeUnit.SECONDS);
  }

  private static ClientCall<ByteString, ByteString> start(
      ManagedChannel channel,
      String method,
      MethodType type,
      CompletableFuture<Status> end,
      Metadata headers) {
    ClientCall<ByteString, ByteString> call =
        channel.newCall(ByteMethods.descriptor(method, type), CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            end.complete(status);
          }
        },
        headers);
    return call;
  }

  private Socket connect() throws IOException {
    String address = host.address();
    int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** Reads to the end; a read that takes too long throws. */
  private static void assertCloses(Socket socket) throws IOException {
    InputStream input = socket.getInputStream();
    byte[] buffer = new byte[1_024];
    try {
      while (input.read(buffer) >= 0) {
        // What the server says before it closes is its own affair.
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  private static void writeOne(OutputStream output) {
    try {
      output.write(0);
    } catch (IOException e) {
      // The server has closed the connection, which is what the test waits for.
      throw new UncheckedIOException(e);
    }
  }

  /** Takes frames and says nothing. */
  private static final class Silent implements RpcStream.Listener {
    @Override
    public void onFrame(ByteString frame, Runnable taken) {
      taken.run();
    }

    @Override
    public void onReady() {}

    @Override
    public void onClosed(RpcFailure reason) {}
  }
}
