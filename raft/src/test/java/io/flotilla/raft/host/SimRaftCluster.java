package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.internal.v1.HelloResponse;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.RaftGroup;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A newborn cluster of nodes in a simulation, each with one replica of every ledger. */
final class SimRaftCluster {
  static final long SECOND = 1_000_000_000L;

  private final Simulation simulation;
  private final List<SimRaftNode> nodes = new ArrayList<>();
  private final List<LedgerGroup> ledgers;
  private final TreeMap<Integer, LedgerRole> roles = new TreeMap<>();

  SimRaftCluster(
      Simulation simulation, int size, RaftConfig config, List<LedgerGroup> ledgers, int bytes) {
    this.simulation = simulation;
    this.ledgers = ledgers;
    for (int id = 1; id <= size; id++) {
      int node = id;
      nodes.add(
          new SimRaftNode(
              simulation,
              id,
              config,
              () -> {
                roles.put(node, new LedgerRole(node, ledgers, bytes));
                return roles.get(node);
              }));
    }
    simulation.runFor(SECOND / 100);
    bear();
  }

  List<SimRaftNode> nodes() {
    return nodes;
  }

  SimRaftNode node(int id) {
    return nodes.get(id - 1);
  }

  List<LedgerGroup> ledgers() {
    return ledgers;
  }

  RaftGroup<Long> replica(int node, LedgerGroup ledger) {
    return roles.get(node).group(ledger);
  }

  /** A started node that believes it leads; not always the only one that does. */
  Optional<SimRaftNode> leader(LedgerGroup ledger) {
    return nodes.stream().filter(node -> leads(node, ledger)).findFirst();
  }

  boolean leads(SimRaftNode node, LedgerGroup ledger) {
    return node.isStarted() && replica(node.id(), ledger).status().isLeader();
  }

  void onLoop(SimRaftNode node, Runnable task) {
    node.process().loop("main").execute(task);
  }

  private void bear() {
    Rpc rpc = simulation.network().rpc(simulation.node("operator"));
    List<NodeAddress> voters = new ArrayList<>();
    for (SimRaftNode node : nodes) {
      ask(rpc, node, "Hello", ByteString.EMPTY, answer -> voters.add(address(answer)));
    }
    assertThat(simulation.runUntil(() -> voters.size() == nodes.size(), SECOND)).isTrue();
    ByteString init = SimRaftNode.birth(voters).toByteString();
    nodes.forEach(node -> ask(rpc, node, "Init", init, answer -> {}));
    assertThat(simulation.runUntil(() -> nodes.stream().allMatch(SimRaftNode::isStarted), SECOND))
        .isTrue();
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
