package io.flotilla.shardctrler.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcStream;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.client.ShardMaps;
import io.flotilla.internal.v1.HelloResponse;
import io.flotilla.internal.v1.InitRequest;
import io.flotilla.internal.v1.Voter;
import io.flotilla.raft.RaftConfig;
import io.flotilla.sim.Simulation;
import io.flotilla.v1.ChangeResponse;
import io.flotilla.v1.JoinGroup;
import io.flotilla.v1.JoinRequest;
import io.flotilla.v1.QueryRequest;
import io.flotilla.v1.QueryResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Three controllers, a fourth node without one, data groups that are models, and an operator. */
final class SimControllers {
  static final long SECOND = 1_000_000_000L;
  static final int SHARDS = 16;

  /** What a call came to: one of the two. */
  record Outcome(Optional<ByteString> answer, Optional<RpcFailure> failure) {}

  final Simulation simulation;
  final FakeGroups groups = new FakeGroups();
  final List<SimServer> servers = new ArrayList<>();
  private final Rpc rpc;

  SimControllers(long seed, ControllerConfig config, RaftConfig raft) {
    simulation = new Simulation(seed);
    for (int id = 1; id <= 4; id++) {
      servers.add(new SimServer(simulation, id, id <= 3, groups, config, raft));
    }
    rpc = simulation.network().rpc(simulation.node("operator"));
    birth();
  }

  SimControllers(long seed) {
    this(seed, ControllerConfig.DEFAULT, RaftConfig.DEFAULT);
  }

  /** Asks one node and waits for what comes of it. */
  Outcome ask(int node, String method, MessageLite request, long timeoutNanos) {
    List<Outcome> outcomes = new ArrayList<>();
    rpc.ask(
        SimServer.address(node),
        method,
        request.toByteString(),
        timeoutNanos,
        new RpcReply() {
          @Override
          public void answer(ByteString response) {
            outcomes.add(new Outcome(Optional.of(response), Optional.empty()));
          }

          @Override
          public void fail(RpcFailure failure) {
            outcomes.add(new Outcome(Optional.empty(), Optional.of(failure)));
          }
        });
    await(() -> !outcomes.isEmpty(), timeoutNanos + SECOND);
    return outcomes.get(0);
  }

  /** Asks node after node until one answers. */
  ByteString insist(String method, MessageLite request) {
    for (int attempt = 0; attempt < 100; attempt++) {
      Outcome outcome = ask(1 + attempt % 4, method, request, SECOND);
      if (outcome.answer().isPresent()) {
        return outcome.answer().get();
      }
      assertThat(outcome.failure().orElseThrow().code())
          .as(outcome.toString())
          .isNotEqualTo(RpcFailure.Code.INVALID_ARGUMENT);
      simulation.runFor(SECOND / 5);
    }
    throw new AssertionError("no answer to " + method);
  }

  /** Asks one node and does not wait. */
  void send(int node, String method, MessageLite request) {
    rpc.ask(
        SimServer.address(node),
        method,
        request.toByteString(),
        SECOND,
        new RpcReply() {
          @Override
          public void answer(ByteString response) {}

          @Override
          public void fail(RpcFailure failure) {}
        });
  }

  /** Opens a stream to one node. */
  RpcStream open(int node, String method, RpcStream.Listener listener) {
    return rpc.open(SimServer.address(node), method, listener);
  }

  JoinRequest joinRequest(int... gids) {
    JoinRequest.Builder join = JoinRequest.newBuilder();
    for (int gid : gids) {
      groups.leaders.put(gid, 4);
      join.addGroups(JoinGroup.newBuilder().setGid(gid).addNodes(1 + gid % 3).addNodes(4));
    }
    return join.build();
  }

  long join(int... gids) {
    try {
      return ChangeResponse.parseFrom(insist(Methods.JOIN, joinRequest(gids))).getVersion();
    } catch (InvalidProtocolBufferException malformed) {
      throw new AssertionError(malformed);
    }
  }

  ShardMap map(long version) {
    return decode(insist(Methods.QUERY, QueryRequest.newBuilder().setVersion(version).build()));
  }

  /** Whether every shard is where it should be and no move is under way anywhere. */
  boolean isSettled() {
    return servers.stream()
        .filter(SimServer::isStarted)
        .flatMap(server -> server.controller().stream())
        .flatMap(role -> role.state().stream())
        .allMatch(
            state ->
                state.moves().isEmpty()
                    && state.map().shards().stream()
                        .allMatch(shard -> shard.owner() == shard.target() && shard.owner() != 0));
  }

  Optional<SimServer> leader() {
    return servers.stream()
        .filter(SimServer::isStarted)
        .filter(server -> server.controller().map(ControllerRole::leads).orElse(false))
        .findFirst();
  }

  void await(BooleanSupplier condition, long nanos) {
    assertThat(simulation.runUntil(condition, nanos)).isTrue();
  }

  static ShardMap decode(ByteString answer) {
    try {
      return ShardMaps.decode(QueryResponse.parseFrom(answer).getMap());
    } catch (InvalidProtocolBufferException malformed) {
      throw new AssertionError(malformed);
    }
  }

  private void birth() {
    simulation.runFor(SECOND / 100);
    InitRequest.Builder init =
        InitRequest.newBuilder().setCluster("test").setShards(SHARDS).setReplicas(3);
    for (int id = 1; id <= 3; id++) {
      init.addControllers(voter(ask(id, Methods.HELLO, InitRequest.getDefaultInstance(), SECOND)));
    }
    for (int id = 1; id <= 3; id++) {
      assertThat(ask(id, "flotilla.internal.v1.Node/Init", init.build(), SECOND).failure())
          .isEmpty();
    }
    await(() -> servers.stream().allMatch(SimServer::isStarted), 10 * SECOND);
    await(
        () ->
            servers.get(0).controller().flatMap(ControllerRole::state).stream()
                .anyMatch(state -> state.nodes().size() == 4),
        10 * SECOND);
  }

  private static Voter voter(Outcome hello) {
    try {
      HelloResponse node = HelloResponse.parseFrom(hello.answer().orElseThrow());
      return Voter.newBuilder()
          .setNode(node.getNode())
          .setStore(node.getStore())
          .setClient(node.getClient())
          .setPeer(node.getPeer())
          .build();
    } catch (InvalidProtocolBufferException malformed) {
      throw new AssertionError(malformed);
    }
  }
}
