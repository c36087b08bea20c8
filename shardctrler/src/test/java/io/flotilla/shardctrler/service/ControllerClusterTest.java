package io.flotilla.shardctrler.service;

import static io.flotilla.shardctrler.service.SimControllers.SECOND;
import static io.flotilla.shardctrler.service.SimControllers.SHARDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcFailure.Code;
import io.flotilla.base.rpc.RpcStream;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.internal.v1.LeaseBlockRequest;
import io.flotilla.internal.v1.LeaseBlockResponse;
import io.flotilla.internal.v1.ShardStatus.State;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.RaftConfig;
import io.flotilla.shardctrler.rebalance.MoveLimits;
import io.flotilla.shardctrler.service.SimControllers.Outcome;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.sim.FaultPlan;
import io.flotilla.v1.LeaveRequest;
import io.flotilla.v1.MoveRequest;
import io.flotilla.v1.MovesRequest;
import io.flotilla.v1.MovesResponse;
import io.flotilla.v1.NodesRequest;
import io.flotilla.v1.NodesResponse;
import io.flotilla.v1.QueryRequest;
import io.flotilla.v1.RebalanceRequest;
import io.flotilla.v1.StatusRequest;
import io.flotilla.v1.StatusResponse;
import io.flotilla.v1.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The controller as a cluster: replicated, served by every node, moving shards by itself. */
final class ControllerClusterTest {
  private static final FaultPlan LOSSY =
      new FaultPlan(
          new FaultPlan.Net(0.05, 0.05, 0.1, 0.02, SECOND), FaultPlan.NONE.io(), 2_000, 0);

  @Test
  void joinGivesEveryShardAnOwnerThatServesIt() {
    SimControllers cluster = new SimControllers(1);
    cluster.join(1, 2);
    cluster.await(cluster::isSettled, 5 * SECOND);
    assertThat(cluster.groups.serving(new GroupId(1, 1), SHARDS)).isEqualTo(8);
    assertThat(cluster.groups.serving(new GroupId(2, 1), SHARDS)).isEqualTo(8);
  }

  @Test
  void everyNodeAnswersWithTheSameMap() {
    SimControllers cluster = new SimControllers(2);
    cluster.join(1, 2, 3);
    cluster.await(cluster::isSettled, 5 * SECOND);
    ShardMap map = cluster.map(-1);
    for (int node = 1; node <= 4; node++) {
      for (long version : new long[] {-1, map.version(), map.version() + 9}) {
        Outcome outcome =
            cluster.ask(
                node, Methods.QUERY, QueryRequest.newBuilder().setVersion(version).build(), SECOND);
        assertThat(SimControllers.decode(outcome.answer().orElseThrow())).isEqualTo(map);
      }
    }
    assertThat(cluster.map(0)).isEqualTo(ShardMap.empty(SHARDS));
  }

  @Test
  void movesRunToTheirEndAndLeaveTheirFigures() throws InvalidProtocolBufferException {
    SimControllers cluster = new SimControllers(3);
    cluster.join(1);
    cluster.await(cluster::isSettled, 5 * SECOND);
    cluster.join(2);
    cluster.await(cluster::isSettled, 20 * SECOND);
    assertThat(cluster.groups.serving(new GroupId(2, 1), SHARDS)).isEqualTo(8);
    MovesResponse moves =
        MovesResponse.parseFrom(
            cluster.insist(Methods.MOVES, MovesRequest.newBuilder().setFinished(true).build()));
    assertThat(moves.getMovesList()).hasSize(24).allMatch(move -> move.getPhase().equals("DONE"));
  }

  @Test
  void movesEndWithoutAnyReportToo() {
    SimControllers cluster = new SimControllers(4);
    cluster.groups.isReporting = false;
    cluster.join(1);
    cluster.join(2);
    cluster.await(cluster::isSettled, 20 * SECOND);
  }

  @Test
  void leaveEmptiesAGroupAndThenRemovesIt() {
    SimControllers cluster = new SimControllers(5);
    cluster.join(1, 2);
    cluster.await(cluster::isSettled, 5 * SECOND);
    cluster.insist(Methods.LEAVE, LeaveRequest.newBuilder().addGids(1).build());
    cluster.await(() -> !cluster.map(-1).groups().containsKey(1), 20 * SECOND);
    assertThat(cluster.groups.serving(new GroupId(2, 1), SHARDS)).isEqualTo(SHARDS);
    for (int shard = 0; shard < SHARDS; shard++) {
      assertThat(cluster.groups.group(new GroupId(1, 1)).shard(shard).state)
          .isEqualTo(State.ABSENT);
    }
  }

  @Test
  void deadGroupHoldsUpNobodyElse() {
    SimControllers cluster = new SimControllers(6);
    cluster.join(1, 2);
    cluster.await(cluster::isSettled, 5 * SECOND);
    cluster.groups.leaders.put(1, 0);
    cluster.join(3);
    cluster.insist(Methods.LEAVE, LeaveRequest.newBuilder().addGids(1).addGids(2).build());
    cluster.await(() -> !cluster.map(-1).groups().containsKey(2), 60 * SECOND);
    assertThat(cluster.map(-1).groups()).containsKey(1);
    cluster.groups.leaders.put(1, 2);
    cluster.await(() -> !cluster.map(-1).groups().containsKey(1), 60 * SECOND);
    assertThat(cluster.groups.serving(new GroupId(3, 1), SHARDS)).isEqualTo(SHARDS);
  }

  @Test
  void leadersMayDieAtAnyMomentAndTheNextOneGoesOn() {
    for (int seed = 1; seed <= 8; seed++) {
      SimControllers cluster = new SimControllers(100 + seed);
      cluster.join(1);
      cluster.join(2);
      for (int death = 0; death < 3; death++) {
        cluster.simulation.runFor(SECOND / 1_000 * (7 * seed + 31 * death));
        cluster.await(() -> cluster.leader().isPresent(), 20 * SECOND);
        SimServer leader = cluster.leader().orElseThrow();
        ShardMap before = leader.controller().flatMap(ControllerRole::state).orElseThrow().map();
        leader.process().crash(death % 2 == 0);
        assertThat(cluster.map(before.version())).isEqualTo(before);
        leader.restart();
      }
      cluster.await(cluster::isSettled, 60 * SECOND);
      assertThat(cluster.groups.serving(new GroupId(1, 1), SHARDS)).isEqualTo(8);
      assertThat(cluster.groups.serving(new GroupId(2, 1), SHARDS)).isEqualTo(8);
    }
  }

  @Test
  void powerLossOfAllLosesNothing() {
    SimControllers cluster = new SimControllers(7);
    cluster.join(1, 2);
    cluster.await(cluster::isSettled, 5 * SECOND);
    ShardMap before = cluster.map(-1);
    cluster.servers.forEach(server -> server.process().crash(true));
    cluster.servers.forEach(SimServer::restart);
    assertThat(cluster.map(-1)).isEqualTo(before);
    cluster.servers.forEach(server -> assertThat(server.failures()).isEmpty());
  }

  @Test
  void replicasComeBackFromCheckpointsAndCatchUpBySnapshots() throws DiskException {
    SimControllers cluster =
        new SimControllers(15, ControllerConfig.DEFAULT, withCheckpointsEvery(2_000));
    cluster.await(() -> cluster.leader().isPresent(), 10 * SECOND);
    SimServer leader = cluster.leader().orElseThrow();
    SimServer late =
        cluster.servers.stream()
            .limit(3)
            .filter(server -> server != leader)
            .findFirst()
            .orElseThrow();
    late.process().crash(true);
    for (int gid = 1; gid <= 6; gid++) {
      cluster.join(gid);
      cluster.await(cluster::isSettled, 30 * SECOND);
    }
    ShardMap before = cluster.map(-1);
    assertThat(leader.process().disk().exists("groups/0.1/checkpoint")).isTrue();
    late.restart();
    cluster.await(
        () ->
            late.controller().flatMap(ControllerRole::state).stream()
                .anyMatch(state -> state.map().equals(before)),
        20 * SECOND);
    cluster.servers.forEach(server -> server.process().crash(true));
    cluster.servers.forEach(SimServer::restart);
    assertThat(cluster.map(-1)).isEqualTo(before);
    for (long version = 0; version <= before.version(); version++) {
      assertThat(cluster.map(version).version()).isEqualTo(version);
    }
  }

  @Test
  void streamBringsEveryNewMapInOrder() {
    SimControllers cluster = new SimControllers(16);
    List<Long> versions = new ArrayList<>();
    RpcStream stream =
        cluster.open(
            4,
            Methods.WATCH,
            new RpcStream.Listener() {
              @Override
              public void onFrame(ByteString frame, Runnable taken) {
                versions.add(SimControllers.decode(frame).version());
                taken.run();
              }

              @Override
              public void onReady() {}

              @Override
              public void onClosed(RpcFailure reason) {}
            });
    stream.send(WatchRequest.getDefaultInstance().toByteString());
    cluster.join(1);
    cluster.await(cluster::isSettled, 5 * SECOND);
    SimServer leader = cluster.leader().orElseThrow();
    leader.process().crash(false);
    cluster.join(2);
    cluster.await(cluster::isSettled, 30 * SECOND);
    long latest = cluster.map(-1).version();
    cluster.await(() -> versions.contains(latest), 20 * SECOND);
    assertThat(versions).isSorted().doesNotHaveDuplicates();
  }

  private static RaftConfig withCheckpointsEvery(long bytes) {
    RaftConfig config = RaftConfig.DEFAULT;
    return new RaftConfig(
        config.heartbeatNanos(),
        config.electionMinNanos(),
        config.electionMaxNanos(),
        config.maxEntriesPerMessage(),
        config.maxBytesPerMessage(),
        config.maxInflightMessages(),
        config.maxInflightBytes(),
        config.maxUncommittedBytes(),
        1_000,
        bytes,
        config.maxWaitingReads());
  }

  @Test
  void lossyNetworkOnlyDelays() {
    SimControllers cluster = new SimControllers(8);
    cluster.join(1);
    cluster.await(cluster::isSettled, 5 * SECOND);
    cluster.simulation.faults(LOSSY);
    cluster.join(2);
    cluster.join(3);
    cluster.await(cluster::isSettled, 120 * SECOND);
  }

  @Test
  void watcherHearsOfAChangeAtOnceOrOfNothingInTheEnd() {
    SimControllers cluster = new SimControllers(9);
    ShardMap map = cluster.map(-1);
    WatchRequest watch = WatchRequest.newBuilder().setAfterVersion(map.version()).build();
    Outcome quiet = cluster.ask(4, Methods.WATCH_AFTER, watch, 4 * SECOND);
    assertThat(SimControllers.decode(quiet.answer().orElseThrow())).isEqualTo(map);
    cluster.simulation.at(
        SECOND / 2, "join", () -> cluster.send(2, Methods.JOIN, cluster.joinRequest(1)));
    long before = cluster.simulation.now();
    Outcome changed = cluster.ask(4, Methods.WATCH_AFTER, watch, 30 * SECOND);
    assertThat(SimControllers.decode(changed.answer().orElseThrow()).version())
        .isGreaterThan(map.version());
    assertThat(cluster.simulation.now() - before).isLessThan(SECOND);
  }

  @Test
  void whatMakesNoSenseIsInvalidFromEveryNode() {
    SimControllers cluster = new SimControllers(10);
    cluster.join(1);
    for (int node = 1; node <= 4; node++) {
      MoveRequest move = MoveRequest.newBuilder().setShard(3).setGid(7).build();
      Outcome outcome = cluster.ask(node, Methods.MOVE, move, SECOND);
      assertThat(outcome.failure().orElseThrow().code()).isEqualTo(Code.INVALID_ARGUMENT);
      assertThat(outcome.failure().orElseThrow().message()).contains("no group 7");
      QueryRequest query = QueryRequest.newBuilder().setVersion(Long.MIN_VALUE).build();
      assertThat(cluster.ask(node, Methods.QUERY, query, SECOND).failure().orElseThrow().code())
          .isEqualTo(Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void withoutAQuorumNothingIsPromised() {
    SimControllers cluster = new SimControllers(11);
    cluster.servers.get(0).process().crash(false);
    cluster.servers.get(1).process().crash(false);
    cluster.simulation.runFor(5 * SECOND);
    QueryRequest query = QueryRequest.newBuilder().setVersion(-1).build();
    for (int node = 3; node <= 4; node++) {
      assertThat(cluster.ask(node, Methods.QUERY, query, SECOND).answer()).isEmpty();
    }
  }

  @Test
  void statusNodesAndDryRunTellWhatIs() throws InvalidProtocolBufferException {
    SimControllers cluster = new SimControllers(12);
    cluster.join(1, 2);
    cluster.await(cluster::isSettled, 5 * SECOND);
    StatusResponse status =
        StatusResponse.parseFrom(
            cluster.insist(Methods.STATUS, StatusRequest.getDefaultInstance()));
    assertThat(status.getCluster()).isEqualTo("test");
    assertThat(status.getControllerLeader()).isBetween(1, 3);
    assertThat(status.getGroupsList()).hasSize(2).allMatch(group -> group.getShards() == 8);
    assertThat(status.getGroups(0).getLeader()).isEqualTo(4);
    cluster.servers.get(3).process().crash(false);
    NodesResponse nodes =
        NodesResponse.parseFrom(cluster.insist(Methods.NODES, NodesRequest.getDefaultInstance()));
    assertThat(nodes.getNodesList()).hasSize(4);
    assertThat(nodes.getNodes(0).getController()).isTrue();
    assertThat(nodes.getNodes(0).getReachable()).isTrue();
    assertThat(nodes.getNodes(3).getReachable()).isFalse();
    long version = cluster.map(-1).version();
    cluster.insist(Methods.REBALANCE, RebalanceRequest.newBuilder().setDryRun(true).build());
    assertThat(cluster.map(-1).version()).isEqualTo(version);
  }

  @Test
  void blocksAreLeasedInOrderAndGroupsHearWhenTheyAreOver() throws InvalidProtocolBufferException {
    ControllerConfig config = new ControllerConfig(MoveLimits.DEFAULT, 60 * SECOND);
    SimControllers cluster = new SimControllers(13, config, RaftConfig.DEFAULT);
    cluster.join(1);
    ControllerState state =
        cluster.servers.get(0).controller().flatMap(ControllerRole::state).orElseThrow();
    LeaseBlockRequest request =
        LeaseBlockRequest.newBuilder().setNode(4).setStore(state.nodes().get(4).store()).build();
    List<Long> blocks = new ArrayList<>();
    for (int leases = 0; leases < 3; leases++) {
      LeaseBlockResponse lease =
          LeaseBlockResponse.parseFrom(cluster.insist(Methods.LEASE_BLOCK, request));
      blocks.add(lease.getBlock());
      assertThat(lease.getLifeNanos()).isEqualTo(60 * SECOND);
    }
    long first = blocks.get(0);
    assertThat(blocks).containsExactly(first, first + 1, first + 2);
    cluster.simulation.runFor(70 * SECOND);
    assertThat(cluster.groups.group(new GroupId(1, 1)).expireBefore()).isZero();
    cluster.simulation.runFor(40 * SECOND);
    assertThat(cluster.groups.group(new GroupId(1, 1)).expireBefore()).isEqualTo(first + 3);
  }

  @Test
  void aControllerThatDoesNotAnswerCostsOneCallHalfItsTimeAndTheNextNothing() {
    SimControllers cluster = new SimControllers(17);
    cluster.join(1);
    QueryRequest query = QueryRequest.newBuilder().setVersion(-1).build();
    assertThat(cluster.ask(4, Methods.QUERY, query, SECOND).answer()).isPresent();
    cluster.leader().orElseThrow().process().pause(3_600 * SECOND);
    cluster.simulation.runFor(5 * SECOND);
    assertThat(cluster.ask(4, Methods.QUERY, query, SECOND).answer()).isPresent();
    long before = cluster.simulation.now();
    assertThat(cluster.ask(4, Methods.JOIN, cluster.joinRequest(2), SECOND).answer()).isPresent();
    assertThat(cluster.simulation.now() - before).isLessThan(SECOND / 5);
  }

  @Test
  void aChangeThatWasNotAnsweredIsNotFollowedByAnotherToTheSameController() {
    SimControllers cluster = new SimControllers(18);
    cluster.join(1);
    QueryRequest query = QueryRequest.newBuilder().setVersion(-1).build();
    assertThat(cluster.ask(4, Methods.QUERY, query, SECOND).answer()).isPresent();
    cluster.leader().orElseThrow().process().pause(3_600 * SECOND);
    cluster.simulation.runFor(5 * SECOND);
    Outcome lost = cluster.ask(4, Methods.JOIN, cluster.joinRequest(2), 2 * SECOND);
    assertThat(lost.failure().map(RpcFailure::isDefinite)).contains(false);
    // The caller's time is up a moment before the node that passed the call on gives up itself.
    cluster.simulation.runFor(SECOND / 10);
    assertThat(cluster.ask(4, Methods.JOIN, cluster.joinRequest(3), SECOND).answer()).isPresent();
  }

  @Test
  void sameSeedGivesTheSameRun() {
    long[] hashes = new long[2];
    for (int run = 0; run < 2; run++) {
      SimControllers cluster = new SimControllers(14);
      cluster.join(1);
      cluster.join(2);
      cluster.await(cluster::isSettled, 20 * SECOND);
      hashes[run] = cluster.simulation.trace().hash();
    }
    assertThat(hashes[0]).isEqualTo(hashes[1]);
  }
}
