package io.flotilla.bench.cluster;

import io.flotilla.base.check.Check;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.bench.judge.Sight;
import io.flotilla.bench.judge.Truth;
import io.flotilla.raft.GroupId;
import io.flotilla.shardctrler.service.ControllerRole;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.ShardState;
import java.util.List;
import java.util.Optional;

/**
 * What a cluster owes once nothing fails any more, within bounded virtual time: every shard served
 * by the group that owns it and held by nobody else, no move under way.
 */
final class Liveness {
  private final SimCluster cluster;
  private final Watch watch;
  private final Truth truth;

  Liveness(SimCluster cluster, Watch watch, Truth truth) {
    this.cluster = cluster;
    this.watch = watch;
    this.truth = truth;
  }

  /** Runs until all is well, at most for {@code nanosMax}. */
  void await(long nanosMax) {
    boolean isWell = cluster.simulation().runUntil(() -> problem().isEmpty(), nanosMax);
    Check.that(isWell, "liveness: %s", problem().orElse("only just"));
  }

  /** What is not as it should be. */
  Optional<String> problem() {
    Optional<ControllerState> controller = truth.controller();
    if (controller.isEmpty() || watch.leader(ControllerRole.GROUP).isEmpty()) {
      return Optional.of("the controller has no leader");
    }
    ControllerState state = controller.get();
    if (!state.moves().isEmpty()) {
      return Optional.of("moves are under way: " + state.moves());
    }
    for (int shard = 0; shard < cluster.config().shards(); shard++) {
      Optional<String> problem = problemOf(shard, state.map().shard(shard));
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  private Optional<String> problemOf(int shard, ShardEntry entry) {
    if (entry.owner() == 0 || entry.owner() != entry.target()) {
      return Optional.of("shard " + shard + " is not where it belongs: " + entry);
    }
    for (GroupMembers group : truth.controller().orElseThrow().map().groups().values()) {
      GroupId id = new GroupId(group.gid(), group.incarnation());
      Optional<Sight> leader = watch.leader(id);
      if (leader.isEmpty()) {
        return Optional.of("group " + id + " has no leader");
      }
      List<ShardState> shards = leader.get().insight.shards();
      Phase phase = shard < shards.size() ? shards.get(shard).phase() : Phase.ABSENT;
      if (phase != (group.gid() == entry.owner() ? Phase.SERVING : Phase.ABSENT)) {
        return Optional.of("shard " + shard + " is " + phase + " at " + leader.get());
      }
    }
    return Optional.empty();
  }
}
