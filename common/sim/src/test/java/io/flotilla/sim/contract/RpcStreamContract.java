package io.flotilla.sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcFailure.Code;
import io.flotilla.base.rpc.RpcServer;
import io.flotilla.base.rpc.RpcStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What every {@link RpcStream} does, seen from both of its sides. */
public abstract class RpcStreamContract {
  private static final String METHOD = "flotilla.test.Echo/Talk";

  /** Starts a server with these methods and returns its address. */
  protected abstract String serve(Consumer<RpcServer> bindings);

  /** Ends the server at {@code address} abruptly, as a killed process ends. */
  protected abstract void stop(String address);

  /** An address where nobody listens. */
  protected abstract String deadAddress();

  /** The side that opens streams. */
  protected abstract Rpc rpc();

  /** Lets the world go on until {@code condition} holds; fails if it does not in bounded time. */
  protected abstract void await(BooleanSupplier condition);

  @Test
  void framesArriveInOrderInBothDirections() {
    Ear server = new Ear();
    Ear client = new Ear();
    String address = serve(s -> s.bindStream(METHOD, server::accept));
    RpcStream stream = rpc().open(address, METHOD, client);
    for (int i = 0; i < 500; i++) {
      stream.send(frame(i));
    }
    await(() -> server.frames.size() == 500);
    for (int i = 0; i < 500; i++) {
      server.streams.get(0).send(frame(-i));
    }
    await(() -> client.frames.size() == 500);
    for (int i = 0; i < 500; i++) {
      assertThat(server.frames.get(i)).isEqualTo(frame(i));
      assertThat(client.frames.get(i)).isEqualTo(frame(-i));
    }
    assertThat(server.closes).isEmpty();
    assertThat(client.closes).isEmpty();
  }

  @Test
  void aServerMaySpeakFirst() {
    Ear client = new Ear();
    String address =
        serve(
            s ->
                s.bindStream(
                    METHOD,
                    stream -> {
                      stream.send(frame(7));
                      return new Ear();
                    }));
    rpc().open(address, METHOD, client);
    await(() -> client.frames.size() == 1);
    assertThat(client.frames).containsExactly(frame(7));
  }

  @Test
  void aNewStreamBecomesReady() {
    Ear server = new Ear();
    Ear client = new Ear();
    String address = serve(s -> s.bindStream(METHOD, server::accept));
    RpcStream stream = rpc().open(address, METHOD, client);
    await(() -> stream.isReady());
    await(() -> server.streams.size() == 1);
    await(() -> server.streams.get(0).isReady());
  }

  @Test
  void aSelfClockedSenderHearsWhenItMaySendAgain() {
    Ear server = new Ear();
    Ear client = new Ear();
    String address = serve(s -> s.bindStream(METHOD, server::accept));
    RpcStream stream = rpc().open(address, METHOD, client);
    await(stream::isReady);
    ByteString large = ByteString.copyFrom(new byte[256 << 10]);
    AtomicInteger sent = new AtomicInteger();
    // Whether the sender ever meets "not ready" depends on the world; if it does, readiness must
    // come back and be told, and nothing may be lost.
    for (int round = 0; round < 40; round++) {
      if (!stream.isReady()) {
        int heard = client.readies.get();
        await(() -> client.readies.get() > heard || stream.isReady());
      }
      stream.send(large);
      sent.incrementAndGet();
    }
    await(() -> server.frames.size() == sent.get());
  }

  @Test
  void closingTellsTheOtherSideAfterTheLastFrame() {
    Ear server = new Ear();
    String address = serve(s -> s.bindStream(METHOD, server::accept));
    RpcStream stream = rpc().open(address, METHOD, new Ear());
    for (int i = 0; i < 100; i++) {
      stream.send(frame(i));
    }
    stream.close();
    stream.close();
    stream.send(frame(100));
    await(() -> !server.closes.isEmpty());
    assertThat(server.frames).hasSize(100);
    assertThat(server.closes).hasSize(1);
  }

  @Test
  void aServerThatClosesIsHeardAfterItsLastFrame() {
    Ear server = new Ear();
    Ear client = new Ear();
    String address = serve(s -> s.bindStream(METHOD, server::accept));
    RpcStream stream = rpc().open(address, METHOD, client);
    await(() -> server.streams.size() == 1);
    server.streams.get(0).send(frame(1));
    server.streams.get(0).close();
    server.streams.get(0).send(frame(2));
    await(() -> !client.closes.isEmpty());
    assertThat(client.frames).containsExactly(frame(1));
    assertThat(client.closes).hasSize(1);
    stream.send(frame(3));
    stream.close();
    assertThat(server.frames).isEmpty();
  }

  @Test
  void aStreamToNobodyClosesUnsent() {
    Ear client = new Ear();
    RpcStream stream = rpc().open(deadAddress(), METHOD, client);
    stream.send(frame(1));
    await(() -> !client.closes.isEmpty());
    assertThat(client.closes.get(0).code()).isEqualTo(Code.UNSENT);
  }

  @Test
  void aStreamNobodyBoundIsUnimplemented() {
    Ear client = new Ear();
    String address = serve(s -> s.bindStream(METHOD, new Ear()::accept));
    rpc().open(address, "flotilla.test.Echo/Missing", client);
    await(() -> !client.closes.isEmpty());
    assertThat(client.closes.get(0).code()).isEqualTo(Code.UNIMPLEMENTED);
  }

  @Test
  void aServerThatDiesClosesItsStreams() {
    Ear server = new Ear();
    Ear client = new Ear();
    String address = serve(s -> s.bindStream(METHOD, server::accept));
    RpcStream stream = rpc().open(address, METHOD, client);
    stream.send(frame(1));
    await(() -> server.frames.size() == 1);
    stop(address);
    await(() -> !client.closes.isEmpty());
    assertThat(client.closes.get(0).code()).isEqualTo(Code.NO_ANSWER);
    assertThat(stream.isReady()).isFalse();
  }

  private static ByteString frame(int number) {
    return ByteString.copyFromUtf8("frame " + number);
  }

  /** Collects what one side hears. */
  private static final class Ear implements RpcStream.Listener {
    final List<RpcStream> streams = new CopyOnWriteArrayList<>();
    final List<ByteString> frames = new CopyOnWriteArrayList<>();
    final List<RpcFailure> closes = new CopyOnWriteArrayList<>();
    final AtomicInteger readies = new AtomicInteger();

    RpcStream.Listener accept(RpcStream stream) {
      streams.add(stream);
      return this;
    }

    @Override
    public void onFrame(ByteString frame, Runnable taken) {
      frames.add(frame);
      taken.run();
    }

    @Override
    public void onReady() {
      readies.incrementAndGet();
    }

    @Override
    public void onClosed(RpcFailure reason) {
      closes.add(reason);
    }
  }
}
