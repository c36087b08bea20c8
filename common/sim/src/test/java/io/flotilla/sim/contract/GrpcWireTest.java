package io.flotilla.sim.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.GrpcWire;
import io.flotilla.base.rpc.Wire;
import io.flotilla.base.rpc.WireLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames over real sockets keep the contract and the bounds. */
final class GrpcWireTest extends WireContract {
  private final List<GrpcWire> wires = new ArrayList<>();
  private final List<Throwable> fatal = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    wires.forEach(GrpcWire::close);
    assertThat(fatal).isEmpty();
  }

  @Override
  protected End end() {
    return end(0, WireLimits.DEFAULT);
  }

  @Override
  protected void stop(End end) {
    ((GrpcWire) end.wire()).close();
  }

  @Override
  protected End restart(End stopped) {
    String address = stopped.address();
    int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    return end(port, WireLimits.DEFAULT);
  }

  @Override
  protected String deadAddress() {
    return GrpcWorld.deadAddress();
  }

  @Override
  protected void await(BooleanSupplier condition) {
    RealTime.await(condition);
  }

  @Test
  void aPeerThatDoesNotDrainLosesFramesAtTheBound() throws Exception {
    // Accepts connections and never says a word of HTTP/2.
    try (ServerSocket mute = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + mute.getLocalPort();
      WireLimits defaults = WireLimits.DEFAULT;
      WireLimits small =
          new WireLimits(1_000, 10_000, 2, defaults.backoffNanosMin(), defaults.backoffNanosMax());
      Wire wire = end(0, small).wire();
      ByteString frame = ByteString.copyFrom(new byte[1_000]);
      for (int i = 0; i < 10; i++) {
        assertThat(wire.send(address, frame)).isTrue();
      }
      assertThat(wire.send(address, frame)).isFalse();
      assertThat(wire.send(deadAddress(), frame.concat(frame))).isFalse();
    }
  }

  @Test
  void addressesThatAreDownMakeRoomForOthers() {
    WireLimits d = WireLimits.DEFAULT;
    WireLimits two =
        new WireLimits(
            d.frameBytesMax(), d.queueBytesMax(), 2, d.backoffNanosMin(), d.backoffNanosMax());
    Wire wire = end(0, two).wire();
    AtomicInteger arrived = new AtomicInteger();
    AtomicInteger down = new AtomicInteger();
    Wire.Listener listener =
        new Wire.Listener() {
          @Override
          public void onFrame(ByteString frame, Runnable taken) {
            arrived.incrementAndGet();
            taken.run();
          }

          @Override
          public void onDown(String address) {
            down.incrementAndGet();
          }
        };
    wire.listen(listener);
    ByteString frame = ByteString.copyFromUtf8("frame");
    for (int gone = 1; gone <= 5; gone++) {
      String address = deadAddress();
      assertThat(wire.send(address, frame)).isTrue();
      int expected = gone;
      await(() -> down.get() == expected);
    }
    End living = end();
    living.wire().listen(listener);
    assertThat(wire.send(living.address(), frame)).isTrue();
    await(() -> arrived.get() == 1);
  }

  @Test
  void framesOfManyThreadsAllArriveInTheOrderOfEach() throws Exception {
    End from = end();
    End to = end();
    int threads = 4;
    int frames = 5_000;
    int[] next = new int[threads];
    AtomicInteger arrived = new AtomicInteger();
    AtomicInteger wrong = new AtomicInteger();
    to.wire()
        .listen(
            new Wire.Listener() {
              @Override
              public void onFrame(ByteString frame, Runnable taken) {
                int sender = frame.byteAt(0);
                int number = Integer.parseInt(frame.substring(1).toStringUtf8());
                if (next[sender]++ != number) {
                  wrong.incrementAndGet();
                }
                arrived.incrementAndGet();
                taken.run();
              }

              @Override
              public void onDown(String address) {}
            });
    for (int t = 0; t < threads; t++) {
      ByteString sender = ByteString.copyFrom(new byte[] {(byte) t});
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < frames; i++) {
                  from.wire().send(to.address(), sender.concat(ByteString.copyFromUtf8("" + i)));
                }
              });
      thread.start();
    }
    await(() -> arrived.get() == threads * frames);
    assertThat(wrong).hasValue(0);
  }

  @Test
  void aBusyPeerPortIsNamed() {
    End end = end();
    int port = Integer.parseInt(end.address().substring(end.address().indexOf(':') + 1));
    assertThatThrownBy(() -> GrpcWire.open("127.0.0.1", port, WireLimits.DEFAULT, fatal::add))
        .isInstanceOf(IOException.class)
        .hasMessage("port " + port + " on 127.0.0.1 is in use");
  }

  private End end(int port, WireLimits limits) {
    try {
      GrpcWire wire = GrpcWire.open("127.0.0.1", port, limits, fatal::add);
      wires.add(wire);
      return new End(wire.address(), wire);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
