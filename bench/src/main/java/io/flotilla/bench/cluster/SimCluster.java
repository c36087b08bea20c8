package io.flotilla.bench.cluster;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.check.Check;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.client.ClientConfig;
import io.flotilla.client.ClientSeams;
import io.flotilla.client.FlotillaClient;
import io.flotilla.internal.v1.HelloResponse;
import io.flotilla.internal.v1.InitRequest;
import io.flotilla.internal.v1.Voter;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.core.message.Message;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import io.flotilla.v1.JoinGroup;
import io.flotilla.v1.JoinRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** A cluster in a simulation, born and joined as an operator does it. One thread. */
final class SimCluster {
  private static final long SECOND = 1_000_000_000L;
  private static final long BIRTH_NANOS_MAX = 30 * SECOND;

  private final Simulation simulation;
  private final ClusterConfig config;
  private final List<Tap> taps = new ArrayList<>();
  private final List<ClusterNode> nodes = new ArrayList<>();
  private final FlotillaClient operator;

  SimCluster(Simulation simulation, ClusterConfig config) {
    this.simulation = simulation;
    this.config = config;
    for (int id = 1; id <= config.nodes(); id++) {
      nodes.add(new ClusterNode(simulation, config, id, this::sent));
    }
    simulation.tolerate((node, thrown) -> ClusterNode.stopsFor(thrown));
    this.operator = client("operator", Duration.ofSeconds(10));
  }

  /** Lets {@code tap} hear every message between nodes when it leaves. */
  void tap(Tap tap) {
    taps.add(tap);
  }

  Simulation simulation() {
    return simulation;
  }

  ClusterConfig config() {
    return config;
  }

  List<ClusterNode> nodes() {
    return nodes;
  }

  /** The client of whoever looks after the cluster. */
  FlotillaClient operator() {
    return operator;
  }

  /** A client on a machine of its own. */
  FlotillaClient client(String name, Duration deadline) {
    SimNode machine = simulation.node(name);
    List<String> endpoints = nodes.stream().map(n -> ClusterNode.clientAddress(n.id())).toList();
    return FlotillaClient.over(
        new ClientSeams(
            machine.loop("client"), simulation.network().rpc(machine), machine.random("client")),
        ClientConfig.of(endpoints).withDeadline(deadline));
  }

  /** The nodes that would hold group {@code gid}: neighbours on a ring. */
  List<Integer> replicasOf(int gid) {
    List<Integer> replicas = new ArrayList<>();
    for (int at = 0; at < Math.min(config.replicas(), config.nodes()); at++) {
      replicas.add((gid - 1 + at) % config.nodes() + 1);
    }
    return replicas;
  }

  /** Makes nodes into a cluster and joins its first groups; faults may come after that. */
  void beBorn() {
    Rpc rpc = simulation.network().rpc(simulation.node("operator"));
    TreeMap<Integer, HelloResponse> hellos = new TreeMap<>();
    for (ClusterNode node : nodes) {
      ask(rpc, node, "Hello", ByteString.EMPTY, answer -> hello(hellos, node.id(), answer));
    }
    await("an answer of every node", () -> hellos.size() == nodes.size());
    InitRequest.Builder init =
        InitRequest.newBuilder()
            .setCluster("sim")
            .setShards(config.shards())
            .setReplicas(config.replicas());
    for (HelloResponse hello : hellos.headMap(config.controllers(), true).values()) {
      init.addControllers(
          Voter.newBuilder()
              .setNode(hello.getNode())
              .setStore(hello.getStore())
              .setClient(hello.getClient())
              .setPeer(hello.getPeer()));
    }
    for (ClusterNode node : nodes.subList(0, config.controllers())) {
      ask(rpc, node, "Init", init.build().toByteString(), answer -> {});
    }
    await("all nodes started", () -> nodes.stream().allMatch(ClusterNode::isStarted));
    await("all nodes registered", () -> registered() == nodes.size());
    JoinRequest.Builder join = JoinRequest.newBuilder();
    for (int gid = 1; gid <= config.groups(); gid++) {
      join.addGroups(JoinGroup.newBuilder().setGid(gid).addAllNodes(replicasOf(gid)));
    }
    CompletableFuture<?> joined = operator.admin().join(join.build());
    await("the first groups joined", joined::isDone);
    Check.that(!joined.isCompletedExceptionally(), "join was refused: %s", joined);
  }

  private void sent(ClusterNode from, int to, GroupId group, Message message) {
    taps.forEach(tap -> tap.sent(from, to, group, message));
  }

  /** Runs until {@code condition} holds, which is an invariant of a cluster without faults. */
  private void await(String what, BooleanSupplier condition) {
    Check.that(simulation.runUntil(condition, BIRTH_NANOS_MAX), "no birth: waited for %s", what);
  }

  private int registered() {
    return nodes.stream()
        .map(ClusterNode::controllerState)
        .flatMap(Optional::stream)
        .mapToInt(state -> state.nodes().size())
        .max()
        .orElse(0);
  }

  private static void hello(Map<Integer, HelloResponse> hellos, int node, ByteString answer) {
    try {
      hellos.put(node, HelloResponse.parseFrom(answer));
    } catch (InvalidProtocolBufferException malformed) {
      throw new IllegalStateException("hello of node " + node, malformed);
    }
  }

  private void ask(Rpc rpc, ClusterNode node, String method, ByteString request, Answer answer) {
    rpc.ask(
        ClusterNode.clientAddress(node.id()),
        "flotilla.internal.v1.Node/" + method,
        request,
        SECOND,
        new RpcReply() {
          @Override
          public void answer(ByteString response) {
            answer.take(response);
          }

          @Override
          public void fail(RpcFailure failure) {
            simulation.at(
                SECOND / 10, "birth again", () -> ask(rpc, node, method, request, answer));
          }
        });
  }

  /** Hears what nodes say to each other. */
  interface Tap {
    /** A message of {@code group} leaves {@code from} for node {@code to}. */
    void sent(ClusterNode from, int to, GroupId group, Message message);
  }

  private interface Answer {
    void take(ByteString response);
  }
}
