package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.internal.v1.HelloResponse;
import io.flotilla.internal.v1.InitRequest;
import io.flotilla.internal.v1.Voter;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Makes waiting nodes a cluster, as {@code flotilla init} does. */
public final class SimBirth {
  private static final long SECOND = 1_000_000_000L;

  private SimBirth() {}

  /** Asks each who it is, names all of them as voters, and waits until they have started. */
  public static void bear(Simulation simulation, List<SimRaftNode> nodes) {
    simulation.runFor(SECOND / 100); // until each waits to be born
    Rpc rpc = simulation.network().rpc(simulation.node("operator"));
    List<NodeAddress> voters = new ArrayList<>();
    for (SimRaftNode node : nodes) {
      ask(rpc, node, "Hello", ByteString.EMPTY, answer -> voters.add(address(answer)));
    }
    assertThat(simulation.runUntil(() -> voters.size() == nodes.size(), SECOND)).isTrue();
    ByteString init = request(voters).toByteString();
    List<ByteString> answers = new ArrayList<>();
    nodes.forEach(node -> ask(rpc, node, "Init", init, answers::add));
    assertThat(
            simulation.runUntil(
                () ->
                    answers.size() == nodes.size()
                        && nodes.stream().allMatch(SimRaftNode::isStarted),
                SECOND))
        .isTrue();
  }

  private static InitRequest request(List<NodeAddress> nodes) {
    InitRequest.Builder request =
        InitRequest.newBuilder().setCluster("test").setShards(16).setReplicas(nodes.size());
    for (NodeAddress each : nodes) {
      request.addControllers(
          Voter.newBuilder()
              .setNode(each.node())
              .setStore(each.store())
              .setClient(each.client())
              .setPeer(each.peer()));
    }
    return request.build();
  }

  private static void ask(
      Rpc rpc, SimRaftNode node, String method, ByteString request, Consumer<ByteString> onAnswer) {
    rpc.ask(
        node.clientAddress(),
        "flotilla.internal.v1.Node/" + method,
        request,
        SECOND,
        new RpcReply() {
          @Override
          public void answer(ByteString response) {
            onAnswer.accept(response);
          }

          @Override
          public void fail(RpcFailure failure) {
            throw new AssertionError(failure);
          }
        });
  }

  private static NodeAddress address(ByteString answer) {
    try {
      HelloResponse hello = HelloResponse.parseFrom(answer);
      return new NodeAddress(hello.getNode(), hello.getStore(), hello.getClient(), hello.getPeer());
    } catch (InvalidProtocolBufferException malformed) {
      throw new AssertionError(malformed);
    }
  }
}
