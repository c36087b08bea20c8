package io.flotilla.deploy.doctor;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.GrpcRpc;
import io.flotilla.base.rpc.GrpcServerHost;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcLimits;
import io.flotilla.base.rpc.RpcReply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The measurements. Each blocks for about a second. */
final class Measure {
  private static final String HELLO = "flotilla.internal.v1.Node/Hello";
  private static final int SYNCS = 64;
  private static final int BLOCK_BYTES = 4 << 10;
  private static final int WARM_UPS = 50;
  private static final int QUESTIONS = 200;
  private static final int NAPS = 300;
  private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(2);

  private Measure() {}

  /** How long a block takes to be durable in {@code dir}. */
  static Samples fsync(Path dir) throws IOException {
    Path file = Files.createTempFile(dir, "doctor", ".tmp");
    long[] nanos = new long[SYNCS];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(BLOCK_BYTES * SYNCS));
      channel.force(true);
      for (int i = 0; i < SYNCS; i++) {
        long start = System.nanoTime();
        channel.write(ByteBuffer.allocate(BLOCK_BYTES), (long) i * BLOCK_BYTES);
        channel.force(false);
        nanos[i] = System.nanoTime() - start;
      }
    } finally {
      Files.delete(file);
    }
    return new Samples(nanos);
  }

  /** How much later than asked this process wakes up: what a busy machine does to a timer. */
  static Samples lateness() throws InterruptedException {
    long[] nanos = new long[NAPS];
    for (int i = 0; i < NAPS; i++) {
      long start = System.nanoTime();
      TimeUnit.NANOSECONDS.sleep(NAP_NANOS);
      nanos[i] = Math.max(0, System.nanoTime() - start - NAP_NANOS);
    }
    return new Samples(nanos);
  }

  /** A question to a node and its answer; empty if it does not answer. */
  static Optional<Samples> roundTrip(String address) {
    try (GrpcRpc rpc = new GrpcRpc(RpcLimits.DEFAULT)) {
      long[] nanos = new long[QUESTIONS];
      for (int i = -WARM_UPS; i < QUESTIONS; i++) {
        long start = System.nanoTime();
        if (!ask(rpc, address)) {
          return Optional.empty();
        }
        if (i >= 0) {
          nanos[i] = System.nanoTime() - start;
        }
      }
      return Optional.of(new Samples(nanos));
    }
  }

  /** The same within this process, over the loopback: the least a round trip can cost here. */
  static Samples loopback() throws IOException {
    try (GrpcServerHost echo = new GrpcServerHost("127.0.0.1", 0, RpcLimits.DEFAULT)) {
      echo.bind(HELLO, (call, reply) -> reply.answer(call.request()));
      echo.open();
      return roundTrip(echo.address()).orElseThrow();
    }
  }

  private static boolean ask(Rpc rpc, String address) {
    CompletableFuture<Boolean> answered = new CompletableFuture<>();
    rpc.ask(
        address,
        HELLO,
        ByteString.EMPTY,
        ASK_NANOS,
        new RpcReply() {
          @Override
          public void answer(ByteString response) {
            answered.complete(true);
          }

          @Override
          public void fail(RpcFailure failure) {
            answered.complete(false);
          }
        });
    return answered.join();
  }
}
