package io.flotilla.sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.Wire;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What every {@link Wire} does. */
public abstract class WireContract {
  /** One end of the wire. */
  public record End(String address, Wire wire) {}

  /** A new end, open for frames from others. */
  protected abstract End end();

  /** Ends {@code end} abruptly, as a killed process ends. */
  protected abstract void stop(End end);

  /** A new end at the address of one that was stopped. */
  protected abstract End restart(End stopped);

  /** An address where nobody listens. */
  protected abstract String deadAddress();

  /** Lets the world go on until {@code condition} holds; fails if it does not in bounded time. */
  protected abstract void await(BooleanSupplier condition);

  @Test
  void framesOfAPairArriveInOrderEachOnce() {
    End a = end();
    End b = end();
    Ear ear = listen(b);
    for (int i = 0; i < 1_000; i++) {
      assertThat(a.wire().send(b.address(), frame(i))).isTrue();
    }
    await(() -> ear.frames.size() == 1_000);
    for (int i = 0; i < 1_000; i++) {
      assertThat(ear.frames.get(i)).isEqualTo(frame(i));
    }
  }

  @Test
  void bothEndsMaySpeakAtOnce() {
    End a = end();
    End b = end();
    Ear earOfA = listen(a);
    Ear earOfB = listen(b);
    a.wire().send(b.address(), frame(1));
    b.wire().send(a.address(), frame(2));
    await(() -> earOfA.frames.size() == 1 && earOfB.frames.size() == 1);
    assertThat(earOfA.frames).containsExactly(frame(2));
    assertThat(earOfB.frames).containsExactly(frame(1));
  }

  @Test
  void anEndMaySpeakToItself() {
    End a = end();
    Ear ear = listen(a);
    a.wire().send(a.address(), frame(1));
    await(() -> ear.frames.size() == 1);
  }

  @Test
  void largeFramesArriveWhole() {
    End a = end();
    End b = end();
    Ear ear = listen(b);
    ByteString large = ByteString.copyFrom(new byte[3 << 20]).concat(frame(1));
    a.wire().send(b.address(), large);
    a.wire().send(b.address(), frame(2));
    await(() -> ear.frames.size() == 2);
    assertThat(ear.frames).containsExactly(large, frame(2));
  }

  @Test
  void framesThatNobodyListensForAreDropped() {
    End a = end();
    End b = end();
    a.wire().send(b.address(), frame(1));
    Ear ear = new Ear();
    await(
        () -> {
          a.wire().send(b.address(), frame(1));
          b.wire().listen(ear);
          return !ear.frames.isEmpty();
        });
    assertThat(ear.frames).containsOnly(frame(1));
  }

  @Test
  void aPeerThatIsNotThereIsReportedDownAndRefused() {
    End a = end();
    Ear ear = listen(a);
    String nobody = deadAddress();
    a.wire().send(nobody, frame(1));
    await(() -> ear.downs.contains(nobody));
    await(() -> !a.wire().send(nobody, frame(2)));
  }

  @Test
  void aPeerThatDiesIsReportedAndOneThatComesBackIsFound() {
    End a = end();
    End b = end();
    Ear earOfA = listen(a);
    Ear earOfB = listen(b);
    a.wire().send(b.address(), frame(1));
    await(() -> earOfB.frames.size() == 1);
    stop(b);
    await(
        () -> {
          a.wire().send(b.address(), frame(2));
          return earOfA.downs.contains(b.address());
        });
    End again = restart(b);
    Ear earAgain = listen(again);
    await(
        () -> {
          a.wire().send(again.address(), frame(3));
          return !earAgain.frames.isEmpty();
        });
    assertThat(earOfB.frames).doesNotContain(frame(3));
  }

  private static Ear listen(End end) {
    Ear ear = new Ear();
    end.wire().listen(ear);
    return ear;
  }

  private static ByteString frame(int number) {
    return ByteString.copyFromUtf8("frame " + number);
  }

  /** Collects what one end hears. */
  private static final class Ear implements Wire.Listener {
    final List<ByteString> frames = new CopyOnWriteArrayList<>();
    final List<String> downs = new CopyOnWriteArrayList<>();

    @Override
    public void onFrame(ByteString frame, Runnable taken) {
      frames.add(frame);
      taken.run();
    }

    @Override
    public void onDown(String address) {
      downs.add(address);
    }
  }
}
