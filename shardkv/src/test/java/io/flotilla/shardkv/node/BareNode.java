package io.flotilla.shardkv.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.internal.v1.HelloResponse;
import io.flotilla.internal.v1.InitRequest;
import io.flotilla.internal.v1.Voter;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.host.Node;
import io.flotilla.raft.host.NodeAccess;
import io.flotilla.raft.host.NodeConfig;
import io.flotilla.raft.host.NodeListener;
import io.flotilla.raft.host.NodeRole;
import io.flotilla.raft.host.Seams;
import io.flotilla.raft.wal.WalConfig;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One born node in a simulation, whose roles the test plays. */
final class BareNode {
  static final long SECOND = 1_000_000_000L;

  private static final String ADDRESS = "node1:7100";

  final List<String> refusals = new ArrayList<>();
  private final Simulation simulation;
  private final SimNode process;
  private final Consumer<NodeAccess> onStart;
  private final RaftConfig raft;
  private Optional<NodeAccess> access = Optional.empty();

  BareNode(Simulation simulation, Consumer<NodeAccess> onStart) {
    this(simulation, RaftConfig.FAST, onStart);
  }

  BareNode(Simulation simulation, RaftConfig raft, Consumer<NodeAccess> onStart) {
    this.raft = raft;
    this.simulation = simulation;
    this.process = simulation.node("node1");
    this.onStart = onStart;
    boot();
    bear();
  }

  SimNode process() {
    return process;
  }

  NodeAccess access() {
    return access.orElseThrow();
  }

  void powerLossAndRestart() {
    access = Optional.empty();
    process.crash(true);
    process.restart(this::boot);
    assertThat(simulation.runUntil(() -> access.isPresent(), SECOND)).isTrue();
  }

  void onLoop(Runnable task) {
    access().seams().loop().execute(task);
    simulation.runFor(SECOND / 10);
  }

  private void boot() {
    Seams seams =
        new Seams(
            process.loop("main"),
            process.loop("log"),
            process.loop("file"),
            process.disk(),
            simulation.network().rpc(process),
            simulation.network().server(process, ADDRESS),
            simulation.network().wire(process, "node1:7300"),
            process.random("node"),
            simulation.meter());
    NodeConfig config =
        new NodeConfig(1, ADDRESS, "node1:7300", List.of(), true, raft, WalConfig.SMALL);
    new Node(seams, config, List.of(new TestRole()), new Ears()).start();
  }

  private void bear() {
    simulation.runFor(SECOND / 100);
    Rpc rpc = simulation.network().rpc(simulation.node("operator"));
    ask(rpc, "Hello", ByteString.EMPTY, hello -> ask(rpc, "Init", init(hello), done -> {}));
    assertThat(simulation.runUntil(() -> access.isPresent(), SECOND)).isTrue();
  }

  private static ByteString init(ByteString answer) {
    try {
      HelloResponse hello = HelloResponse.parseFrom(answer);
      return InitRequest.newBuilder()
          .setCluster("test")
          .setShards(2)
          .setReplicas(1)
          .addControllers(
              Voter.newBuilder()
                  .setNode(1)
                  .setStore(hello.getStore())
                  .setClient(hello.getClient())
                  .setPeer(hello.getPeer()))
          .build()
          .toByteString();
    } catch (InvalidProtocolBufferException malformed) {
      throw new AssertionError(malformed);
    }
  }

  private static void ask(Rpc rpc, String method, ByteString request, Consumer<ByteString> then) {
    rpc.ask(
        ADDRESS,
        "flotilla.internal.v1.Node/" + method,
        request,
        SECOND,
        new RpcReply() {
          @Override
          public void answer(ByteString response) {
            then.accept(response);
          }

          @Override
          public void fail(RpcFailure failure) {
            throw new AssertionError(failure);
          }
        });
  }

  private final class TestRole implements NodeRole {
    @Override
    public void start(NodeAccess started) {
      access = Optional.of(started);
      onStart.accept(started);
    }

    @Override
    public void stop() {}
  }

  private final class Ears implements NodeListener {
    @Override
    public void waiting() {}

    @Override
    public void started() {}

    @Override
    public void failed(String reason) {
      throw new AssertionError(reason);
    }

    @Override
    public void damaged(String what) {}

    @Override
    public void refused(String reason) {
      refusals.add(reason);
    }

    @Override
    public void latched(String reason) {}
  }
}
