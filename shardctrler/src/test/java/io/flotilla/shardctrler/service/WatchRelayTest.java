package io.flotilla.shardctrler.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcFailure.Code;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcStream;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.client.ShardMaps;
import io.flotilla.internal.v1.ControllerAnswer;
import io.flotilla.sim.Simulation;
import io.flotilla.v1.QueryResponse;
import io.flotilla.v1.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many long polls at a node that does not lead are one at the leader. */
final class WatchRelayTest {
  private static final long SECOND = 1_000_000_000L;

  private final Simulation simulation = new Simulation(3);
  private final EventLoop loop = simulation.node("n").loop("main");
  private final Leader leader = new Leader();
  private final WatchRelay relay =
      new WatchRelay(loop, new ControllerForwarder(loop, leader, () -> List.of("leader:1")));
  private final List<ByteString> answers = new ArrayList<>();
  private final List<Code> failures = new ArrayList<>();

  /** Keeps what it is asked. */
  private static final class Leader implements Rpc {
    final List<RpcReply> asked = new ArrayList<>();

    @Override
    public void ask(
        String address, String method, ByteString request, long timeoutNanos, RpcReply reply) {
      asked.add(reply);
    }

    @Override
    public RpcStream open(String address, String method, RpcStream.Listener listener) {
      throw new AssertionError("no stream is needed");
    }

    void answer(long version) {
      List<RpcReply> now = List.copyOf(asked);
      asked.clear();
      now.forEach(
          reply ->
              reply.answer(
                  ControllerAnswer.newBuilder().setAnswer(map(version)).build().toByteString()));
    }
  }

  private static ByteString map(long version) {
    ShardMap empty = ShardMap.empty(8);
    ShardMap map = new ShardMap(version, empty.shards(), empty.groups());
    return QueryResponse.newBuilder().setMap(ShardMaps.encode(map)).build().toByteString();
  }

  private void poll(long after, int times) {
    ByteString request = WatchRequest.newBuilder().setAfterVersion(after).build().toByteString();
    for (int i = 0; i < times; i++) {
      loop.execute(
          () ->
              relay.take(
                  new Call(Methods.WATCH_AFTER, request, 7 * SECOND, "test"),
                  "",
                  new RpcReply() {
                    @Override
                    public void answer(ByteString response) {
                      answers.add(response);
                    }

                    @Override
                    public void fail(RpcFailure failure) {
                      failures.add(failure.code());
                    }
                  }));
    }
    simulation.runFor(SECOND / 10);
  }

  private void known(long version) {
    poll(0, 1);
    leader.answer(version);
    simulation.runFor(SECOND / 10);
    answers.clear();
  }

  @Test
  void manyPollsAreOneAtTheLeader() {
    known(1);
    poll(1, 100);
    assertThat(leader.asked).hasSize(1);
    assertThat(answers).isEmpty();
    leader.answer(2);
    simulation.runFor(SECOND / 10);
    assertThat(answers).hasSize(100).allMatch(map(2)::equals);
    poll(1, 1);
    assertThat(answers).hasSize(101);
    assertThat(failures).isEmpty();
  }

  @Test
  void whoWaitsInVainHearsTheLatestMap() {
    known(1);
    poll(1, 3);
    simulation.runFor(6 * SECOND);
    assertThat(answers).hasSize(3).allMatch(map(1)::equals);
  }

  @Test
  void whoWaitsForALeaderThatIsGoneIsTold() {
    known(1);
    poll(1, 3);
    leader.asked.get(0).fail(new RpcFailure(Code.NO_ANSWER, "gone"));
    simulation.runFor(SECOND / 10);
    assertThat(failures).containsExactly(Code.UNAVAILABLE, Code.UNAVAILABLE, Code.UNAVAILABLE);
  }
}
