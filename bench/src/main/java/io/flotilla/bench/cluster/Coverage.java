package io.flotilla.bench.cluster;

import io.flotilla.bench.judge.Judge;
import io.flotilla.bench.judge.Sight;
import io.flotilla.bench.judge.Truth;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupStatus;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.shardkv.group.ShardState;
import io.flotilla.sim.SimMeter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Counts how often a run was where bugs live: a simulation that never gets there is hollow. */
final class Coverage implements Judge, Truth.Listener {
  /** A place worth reaching. */
  enum Place {
    LEADER_CHANGE_WHILE_FROZEN,
    SNAPSHOT_INSTALLED_WHILE_STAGING,
    RESTART_FROM_CHECKPOINT_IN_A_MOVE,
    RETRY_ANSWERED_ACROSS_A_MOVE,
    CRASH_BETWEEN_CHECKPOINT_AND_MARK,
    TORN_LAST_BATCH,
    SHARD_MOVED_THERE_AND_BACK,
    CHANGES_CARRIED_OVER,
    COPY_RESUMED_BY_ANOTHER_LEADER,
    MOVE_GIVEN_UP_FOR_TOO_MANY_CHANGES;

    /** In words. */
    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  private final Truth truth;
  private final SimMeter meter;
  private final Map<Place, Long> counts = new EnumMap<>(Place.class);
  private final TreeMap<Integer, List<Integer>> owners = new TreeMap<>();
  private final TreeSet<Long> resuming = new TreeSet<>();
  private long snapshotsSeen;

  Coverage(Truth truth, SimMeter meter) {
    this.truth = truth;
    this.meter = meter;
    for (Place place : Place.values()) {
      counts.put(place, 0L);
    }
    truth.listen(this);
  }

  /** How often each place was reached. */
  Map<Place, Long> counts() {
    counts.put(
        Place.CRASH_BETWEEN_CHECKPOINT_AND_MARK,
        meter.counted("flotilla_raft_checkpoints_unmarked_total"));
    counts.put(Place.TORN_LAST_BATCH, meter.counted("flotilla_wal_torn_tails_total"));
    return counts;
  }

  /** A call was answered from the record that its shard brought along. */
  void answeredAcrossAMove() {
    reached(Place.RETRY_ANSWERED_ACROSS_A_MOVE);
  }

  @Override
  public void opened(Sight replica) {
    boolean isFromCheckpoint = replica.insight.recovered().index() > 0;
    if (replica.life > 1 && isFromCheckpoint && isMoving(replica)) {
      reached(Place.RESTART_FROM_CHECKPOINT_IN_A_MOVE);
    }
  }

  @Override
  public void changed(Sight replica, GroupStatus before) {
    if (replica.isController()) {
      return;
    }
    if (replica.status().isLeader()
        && !before.isLeader()
        && truth.group(replica.group).shards().stream()
            .anyMatch(state -> state.phase() == Phase.FROZEN)) {
      reached(Place.LEADER_CHANGE_WHILE_FROZEN);
    }
    if (replica.status().isLeader() && !before.isLeader()) {
      takenOver(truth.group(replica.group));
    }
    long snapshots = meter.counted("flotilla_raft_snapshots_installed_total");
    if (snapshots > snapshotsSeen && replica.applied() > before.applied().index()) {
      snapshotsSeen = snapshots;
      if (has(replica, Phase.STAGING)) {
        reached(Place.SNAPSHOT_INSTALLED_WHILE_STAGING);
      }
    }
  }

  @Override
  public void advanced(Truth.Group group, List<ShardState> before) {
    for (int shard = 0; shard < group.shards().size(); shard++) {
      boolean isNew = shard >= before.size() || !before.get(shard).equals(group.shard(shard));
      if (isNew && group.shard(shard).phase().serves()) {
        owned(shard, group.id.gid());
      }
      if (isNew && shard < before.size()) {
        moved(before.get(shard), group.shard(shard));
      }
    }
  }

  /** A new leader finds copies half done. */
  private void takenOver(Truth.Group source) {
    for (int shard = 0; shard < source.shards().size(); shard++) {
      ShardState.Transit transit = source.shard(shard).transit();
      ShardState target =
          truth.group(new GroupId(transit.peer(), transit.peerIncarnation())).shard(shard);
      if (source.shard(shard).phase() == Phase.EXPORTING
          && target.phase() == Phase.STAGING
          && target.transit().move() == transit.move()
          && !target.transit().cursor().isEmpty()) {
        resuming.add(transit.move());
      }
    }
  }

  private void moved(ShardState before, ShardState after) {
    ShardState.Transit transit = after.transit();
    boolean isSameMove = before.transit().move() == transit.move();
    if (isSameMove && before.phase() == Phase.STAGING) {
      if (transit.carried().rounds() > before.transit().carried().rounds()) {
        reached(Place.CHANGES_CARRIED_OVER);
      }
      if (!transit.cursor().equals(before.transit().cursor()) && resuming.remove(transit.move())) {
        reached(Place.COPY_RESUMED_BY_ANOTHER_LEADER);
      }
    }
    if (before.transit().isStuck()
        && before.phase() == Phase.EXPORTING
        && after.phase() == Phase.SERVING) {
      reached(Place.MOVE_GIVEN_UP_FOR_TOO_MANY_CHANGES);
    }
  }

  private void owned(int shard, int gid) {
    List<Integer> past = owners.computeIfAbsent(shard, absent -> new ArrayList<>());
    int size = past.size();
    if (size > 0 && past.get(size - 1) == gid) {
      return;
    }
    past.add(gid);
    if (size > 1 && past.get(size - 2) == gid) {
      reached(Place.SHARD_MOVED_THERE_AND_BACK);
    }
  }

  private static boolean isMoving(Sight replica) {
    return has(replica, Phase.EXPORTING)
        || has(replica, Phase.FROZEN)
        || has(replica, Phase.STAGING)
        || has(replica, Phase.READY);
  }

  private static boolean has(Sight replica, Phase phase) {
    return replica.insight.shards().stream().anyMatch(state -> state.phase() == phase);
  }

  private void reached(Place place) {
    counts.merge(place, 1L, Long::sum);
  }
}
