package io.flotilla.shardctrler.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.sim.SimEventLoop;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a new map costs when many wait for it. */
final class WatchersTest {
  private static final long SECOND = 1_000_000_000L;

  private final Simulation simulation = new Simulation(4);
  private final SimEventLoop loop = simulation.node("n").loop("main");
  private final List<ByteString> answers = new ArrayList<>();
  private long version = 1;
  private int encodings;
  private final Watchers watchers = new Watchers(loop, () -> version, this::encode);

  private ByteString encode() {
    encodings++;
    return ByteString.copyFromUtf8("map " + version);
  }

  private void await(long after, int times) {
    for (int i = 0; i < times; i++) {
      watchers.await(
          after,
          10 * SECOND,
          new RpcReply() {
            @Override
            public void answer(ByteString response) {
              answers.add(response);
            }

            @Override
            public void fail(RpcFailure failure) {
              throw new AssertionError(failure.toString());
            }
          });
    }
  }

  @Test
  void aNewMapIsEncodedOnceAndSentInBoundedTurns() {
    loop.execute(() -> await(1, 1_000));
    simulation.runFor(SECOND);
    version = 2;
    loop.execute(
        () -> {
          watchers.onApplied();
          assertThat(answers).hasSizeLessThan(500);
        });
    simulation.runFor(SECOND);
    assertThat(answers).hasSize(1_000).containsOnly(ByteString.copyFromUtf8("map 2"));
    loop.execute(() -> await(1, 1_000));
    simulation.runFor(SECOND);
    assertThat(answers).hasSize(2_000);
    assertThat(encodings).isEqualTo(1);
  }

  @Test
  void whoAsksForTheFutureWaitsThroughMapsThatAreNoNews() {
    loop.execute(() -> await(2, 1));
    simulation.runFor(SECOND);
    version = 2;
    loop.execute(watchers::onApplied);
    simulation.runFor(SECOND);
    assertThat(answers).isEmpty();
    version = 3;
    loop.execute(watchers::onApplied);
    simulation.runFor(SECOND);
    assertThat(answers).containsExactly(ByteString.copyFromUtf8("map 3"));
  }
}
