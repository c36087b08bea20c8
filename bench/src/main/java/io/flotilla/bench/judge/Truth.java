package io.flotilla.bench.judge;

import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupStatus;
import io.flotilla.shardctrler.service.ControllerRole;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.shardkv.group.ShardState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is committed as far as any replica has ever applied it: the state of every group at its
 * furthest replica, and everything the controller has ever decided. It survives all crashes, as the
 * cluster's own must.
 */
public final class Truth implements Judge {
  /** A shard owned by a group under an epoch. */
  public record Ownership(int shard, long epoch, int gid) implements Comparable<Ownership> {
    @Override
    public int compareTo(Ownership other) {
      int byShard = Integer.compare(shard, other.shard);
      int byEpoch = Long.compare(epoch, other.epoch);
      return byShard != 0 ? byShard : byEpoch != 0 ? byEpoch : Integer.compare(gid, other.gid);
    }
  }

  /** The furthest state of one group. */
  public static final class Group {
    /** Which. */
    public final GroupId id;

    final List<ShardState> shards = new ArrayList<>();
    long expireBefore;
    private long applied = -1;

    Group(GroupId id) {
      this.id = id;
    }

    /** Whether any of its replicas has ever applied anything. */
    public boolean isAlive() {
      return applied > 0;
    }

    /** All shards it has heard of, with how it stands to them. */
    public List<ShardState> shards() {
      return Collections.unmodifiableList(shards);
    }

    /** How it stands to {@code shard}. */
    public ShardState shard(int shard) {
      return shard < shards.size() ? shards.get(shard) : ShardState.UNKNOWN;
    }
  }

  /** Hears of every step of the truth of a group. */
  public interface Listener {
    /** The controller has decided more. */
    default void decided(ControllerState controller) {}

    /** {@code group} has applied more; {@code before} is how it stood to each shard. */
    default void advanced(Group group, List<ShardState> before) {}
  }

  private final TreeMap<GroupId, Group> groups = new TreeMap<>();
  private final TreeSet<Ownership> decided = new TreeSet<>();
  private final List<Listener> listeners = new ArrayList<>();
  private Optional<ControllerState> controller = Optional.empty();
  private long controllerApplied = -1;
  private long version;

  /** Adds a listener. */
  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** The furthest states of all groups there have ever been. */
  public Iterable<Group> groups() {
    return groups.values();
  }

  /** The furthest state of group {@code id}. */
  public Group group(GroupId id) {
    return groups.computeIfAbsent(id, Group::new);
  }

  /** The furthest state of the controller. */
  public Optional<ControllerState> controller() {
    return controller;
  }

  /**
   * Whether {@code group} has left: the controller knows it no more, or only a later life of it.
   */
  public boolean isGone(GroupId group) {
    if (controller.isEmpty() || group.equals(ControllerRole.GROUP)) {
      return false;
    }
    GroupMembers known = controller.get().map().groups().get(group.gid());
    return known == null || known.incarnation() > group.incarnation();
  }

  /** Whether the controller has ever decided that. */
  public boolean isDecided(Ownership ownership) {
    return decided.contains(ownership);
  }

  @Override
  public void opened(Sight replica) {
    advance(replica);
  }

  @Override
  public void changed(Sight replica, GroupStatus before) {
    advance(replica);
  }

  private void advance(Sight replica) {
    if (replica.isController()) {
      if (replica.applied() > controllerApplied) {
        replica.insight.controller().ifPresent(state -> decide(replica, state));
      }
      return;
    }
    Group group = group(replica.group);
    if (replica.applied() > group.applied) {
      group.applied = replica.applied();
      take(group, replica.insight);
    }
  }

  private void take(Group group, Insight insight) {
    List<ShardState> before = List.copyOf(group.shards);
    group.shards.clear();
    group.shards.addAll(insight.shards());
    group.expireBefore = insight.expireBefore();
    listeners.forEach(listener -> listener.advanced(group, before));
  }

  void decide(Ownership ownership) {
    decided.add(ownership);
  }

  private void decide(Sight replica, ControllerState state) {
    controllerApplied = replica.applied();
    controller = Optional.of(state);
    for (long next = version + 1; next <= state.map().version(); next++) {
      ShardMap map = state.map(next).orElseThrow();
      for (int shard = 0; shard < map.shardCount(); shard++) {
        ShardEntry entry = map.shard(shard);
        decide(new Ownership(shard, entry.epoch(), entry.owner()));
      }
    }
    version = state.map().version();
    listeners.forEach(listener -> listener.decided(state));
  }
}
