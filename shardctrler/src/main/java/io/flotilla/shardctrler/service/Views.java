package io.flotilla.shardctrler.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.client.ShardMaps;
import io.flotilla.internal.v1.HelloResponse;
import io.flotilla.internal.v1.ReplicaStatus;
import io.flotilla.internal.v1.ReplicasResponse;
import io.flotilla.shardctrler.move.MoveProgress;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.shardctrler.state.Move;
import io.flotilla.v1.GroupStatusMessage;
import io.flotilla.v1.MoveMessage;
import io.flotilla.v1.MovesResponse;
import io.flotilla.v1.NodeStatus;
import io.flotilla.v1.NodesResponse;
import io.flotilla.v1.StatusResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongFunction;

/** The controller's state as people and tools are shown it. Pure. */
final class Views {
  private Views() {}

  static MovesResponse moves(
      ControllerState state, boolean isFinishedToo, LongFunction<Optional<MoveProgress>> progress) {
    MovesResponse.Builder response = MovesResponse.newBuilder();
    for (Move move : state.moves()) {
      MoveMessage message = move(move);
      response.addMoves(
          progress.apply(move.id()).map(known -> copying(message, known)).orElse(message));
    }
    if (isFinishedToo) {
      state.finished().forEach(move -> response.addMoves(move(move)));
    }
    return response.build();
  }

  static NodesResponse nodes(ControllerState state, SortedMap<Integer, ByteString> hellos) {
    NodesResponse.Builder response = NodesResponse.newBuilder();
    for (NodeAddress node : state.nodes().values()) {
      NodeStatus.Builder status =
          NodeStatus.newBuilder()
              .setNode(ShardMaps.encode(node))
              .addAllGroups(groupsOf(node, state.map()));
      hello(Optional.ofNullable(hellos.get(node.node())))
          .ifPresent(hello -> status.setReachable(true).setController(hello.getController()));
      response.addNodes(status);
    }
    return response.build();
  }

  static StatusResponse status(
      String cluster, int leader, ControllerState state, SortedMap<Integer, ByteString> replicas) {
    TreeMap<Integer, ReplicaStatus> furthest = new TreeMap<>();
    TreeMap<Integer, Integer> leaders = new TreeMap<>();
    replicas.forEach(
        (node, bytes) -> {
          for (ReplicaStatus replica : replicas(bytes)) {
            ReplicaStatus known = furthest.get(replica.getGid());
            if (known == null || isFurther(replica, known)) {
              furthest.put(replica.getGid(), replica);
              leaders.put(replica.getGid(), replica.getLeader() ? node : 0);
            }
          }
        });
    StatusResponse.Builder response =
        StatusResponse.newBuilder()
            .setCluster(cluster)
            .setControllerLeader(leader)
            .setMapVersion(state.map().version())
            .setLiveMoves(state.moves().size());
    for (GroupMembers group : state.map().groups().values()) {
      ReplicaStatus best = furthest.getOrDefault(group.gid(), ReplicaStatus.getDefaultInstance());
      response.addGroups(
          GroupStatusMessage.newBuilder()
              .setGid(group.gid())
              .setLeader(leaders.getOrDefault(group.gid(), 0))
              .setTerm(best.getTerm())
              .setCommitIndex(best.getCommitIndex())
              .setAppliedIndex(best.getAppliedIndex())
              .setShards(shardsOf(group.gid(), state.map()))
              .addAllNodes(group.nodes().stream().map(NodeAddress::node).toList()));
    }
    return response.build();
  }

  private static MoveMessage copying(MoveMessage message, MoveProgress progress) {
    return message.toBuilder()
        .setBytes(progress.come().bytes())
        .setRows(progress.come().rows())
        .setRounds(progress.come().rounds())
        .setTotalBytes(progress.totalBytes())
        .setBytesPerSecond(progress.bytesPerSecond())
        .setEtaSeconds(progress.etaSeconds())
        .build();
  }

  private static MoveMessage move(Move move) {
    return MoveMessage.newBuilder()
        .setId(move.id())
        .setShard(move.shard())
        .setFrom(move.from())
        .setTo(move.to())
        .setEpoch(move.newEpoch())
        .setPhase(move.phase().name())
        .setReason(move.reason())
        .setBytes(move.tally().bytes())
        .setRows(move.tally().rows())
        .setRounds(move.tally().rounds())
        .setPauseMs(move.tally().pauseNanos() / 1e6)
        .build();
  }

  /** A leader of a later term knows more than one of an earlier; any leader more than no leader. */
  private static boolean isFurther(ReplicaStatus one, ReplicaStatus other) {
    return one.getLeader() == other.getLeader()
        ? one.getTerm() > other.getTerm()
        : one.getLeader() && one.getTerm() >= other.getTerm();
  }

  private static List<Integer> groupsOf(NodeAddress node, ShardMap map) {
    List<Integer> gids = new ArrayList<>();
    for (GroupMembers group : map.groups().values()) {
      if (group.nodes().stream().anyMatch(member -> member.node() == node.node())) {
        gids.add(group.gid());
      }
    }
    return gids;
  }

  private static int shardsOf(int gid, ShardMap map) {
    return (int) map.shards().stream().map(ShardEntry::owner).filter(owner -> owner == gid).count();
  }

  private static Optional<HelloResponse> hello(Optional<ByteString> bytes) {
    try {
      return bytes.isEmpty() ? Optional.empty() : Optional.of(HelloResponse.parseFrom(bytes.get()));
    } catch (InvalidProtocolBufferException malformed) {
      return Optional.empty();
    }
  }

  private static List<ReplicaStatus> replicas(ByteString bytes) {
    try {
      return ReplicasResponse.parseFrom(bytes).getReplicasList();
    } catch (InvalidProtocolBufferException malformed) {
      return List.of();
    }
  }
}
