package io.flotilla.bench.cluster;

import io.flotilla.base.check.Check;
import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.bench.judge.Sight;
import io.flotilla.bench.judge.Truth;
import io.flotilla.raft.GroupId;
import io.flotilla.shardctrler.service.ControllerRole;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.ShardState;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * What a cluster owes once nothing fails any more, each within bounded virtual time: a leader in
 * every group, every shard served, and in the end no move under way and every shard held by its
 * owner alone.
 */
final class Liveness {
  private static final int LEADER_TIMEOUTS = 5;
  private static final int SERVED_TIMEOUTS = 10;

  private final SimCluster cluster;
  private final Watch watch;
  private final Truth truth;
  private final BitSet served = new BitSet();

  Liveness(SimCluster cluster, Watch watch, Truth truth) {
    this.cluster = cluster;
    this.watch = watch;
    this.truth = truth;
  }

  /** Runs until every group has had a leader and every shard was served, each in its time. */
  void awaitService() {
    long timeout = cluster.config().raft().electionMaxNanos();
    within(LEADER_TIMEOUTS * timeout, () -> withoutLeader(true));
    served.clear();
    within((SERVED_TIMEOUTS - LEADER_TIMEOUTS) * timeout, this::unserved);
  }

  /** Runs until all is well, at most for {@code nanosMax}. */
  void await(long nanosMax) {
    within(nanosMax, this::problem);
  }

  private void within(long nanosMax, Problem problem) {
    boolean isWell = cluster.simulation().runUntil(() -> problem.look().isEmpty(), nanosMax);
    Check.that(isWell, "liveness: %s", problem.look().orElse("only just"));
  }

  private interface Problem {
    Optional<String> look();
  }

  /** What is not as it should be in the end. */
  Optional<String> problem() {
    Optional<String> leaderless = withoutLeader(false);
    if (leaderless.isPresent()) {
      return leaderless;
    }
    ControllerState state = truth.controller().orElseThrow();
    if (!state.moves().isEmpty()) {
      return Optional.of("moves are under way: " + state.moves());
    }
    for (int shard = 0; shard < state.map().shardCount(); shard++) {
      var entry = state.map().shard(shard);
      if (entry.owner() == 0 || entry.owner() != entry.target()) {
        return Optional.of("shard " + shard + " is not where it belongs: " + entry);
      }
    }
    return misplaced(state.map());
  }

  private Optional<String> misplaced(ShardMap map) {
    for (GroupMembers group : map.groups().values()) {
      Sight leader = watch.leader(idOf(group)).orElseThrow();
      List<ShardState> shards = leader.insight.shards();
      for (int shard = 0; shard < map.shardCount(); shard++) {
        Phase phase = shard < shards.size() ? shards.get(shard).phase() : Phase.ABSENT;
        boolean isOwner = group.gid() == map.shard(shard).owner();
        if (phase != (isOwner ? Phase.SERVING : Phase.ABSENT)) {
          return Optional.of("shard " + shard + " is " + phase + " at " + leader);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * @param livingOnly whether groups that have joined and never had a leader yet count for nothing:
   *     their nodes first have to hear of them, which may need another poll of the map
   */
  private Optional<String> withoutLeader(boolean livingOnly) {
    if (truth.controller().isEmpty() || watch.leader(ControllerRole.GROUP).isEmpty()) {
      return Optional.of("the controller has no leader");
    }
    return truth.controller().get().map().groups().values().stream()
        .map(Liveness::idOf)
        .filter(id -> !livingOnly || truth.group(id).isAlive())
        .filter(id -> watch.leader(id).isEmpty())
        .findFirst()
        .map(id -> "group " + id + " has no leader");
  }

  /** A shard that moves is not served for a moment; none goes without it all the time. */
  private Optional<String> unserved() {
    for (GroupMembers group : truth.controller().orElseThrow().map().groups().values()) {
      watch
          .leader(idOf(group))
          .ifPresent(
              leader -> {
                List<ShardState> shards = leader.insight.shards();
                for (int shard = 0; shard < shards.size(); shard++) {
                  if (shards.get(shard).phase().serves()) {
                    served.set(shard);
                  }
                }
              });
    }
    List<Integer> missing = new ArrayList<>();
    for (int shard = 0; shard < cluster.config().shards(); shard++) {
      if (!served.get(shard)) {
        missing.add(shard);
      }
    }
    return missing.isEmpty() ? Optional.empty() : Optional.of("nobody serves shards " + missing);
  }

  private static GroupId idOf(GroupMembers group) {
    return new GroupId(group.gid(), group.incarnation());
  }
}
