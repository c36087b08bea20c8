package io.flotilla.client;

import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Where a shard's calls go: the cached map, corrected by what refusals have told since. Owned by
 * the loop.
 */
final class ShardRouter {
  /**
   * One hop: the group and the address of the replica to try.
   *
   * @param gid the group believed to own the shard
   * @param epoch of the map entry, or hint, that says so
   * @param node the replica tried
   */
  record Route(int gid, long epoch, NodeAddress node) {}

  private record OwnerHint(int gid, long epoch) {}

  private Optional<ShardMap> map = Optional.empty();
  private final TreeMap<Integer, Integer> leaders = new TreeMap<>();
  private final TreeMap<Integer, OwnerHint> owners = new TreeMap<>();
  private final TreeMap<Integer, Integer> turns = new TreeMap<>();

  /** The map in use, once one was received. */
  Optional<ShardMap> map() {
    return map;
  }

  /** Takes a newer map; hints that it has overtaken go. */
  void update(ShardMap newer) {
    if (map.isPresent() && map.get().version() >= newer.version()) {
      return;
    }
    map = Optional.of(newer);
    owners
        .entrySet()
        .removeIf(hint -> hint.getValue().epoch() <= newer.shard(hint.getKey()).epoch());
    leaders.keySet().removeIf(gid -> !newer.groups().containsKey(gid));
  }

  /** The gid that owns {@code shard} as far as known, 0 if nobody. */
  int ownerOf(int shard) {
    OwnerHint hint = owners.get(shard);
    return hint != null ? hint.gid() : map.map(known -> known.shard(shard).owner()).orElse(0);
  }

  /** Where to send a call for {@code shard} now; empty if no owner is known. */
  Optional<Route> route(int shard) {
    if (map.isEmpty()) {
      return Optional.empty();
    }
    ShardEntry entry = map.get().shard(shard);
    OwnerHint hint = owners.get(shard);
    int gid = hint != null ? hint.gid() : entry.owner();
    long epoch = hint != null ? hint.epoch() : entry.epoch();
    GroupMembers group = map.get().groups().get(gid);
    if (group == null || group.nodes().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Route(gid, epoch, replica(group)));
  }

  /** A replica of {@code gid} said that {@code leader} leads, or that it knows no leader (0). */
  void notLeader(int gid, int refusedBy, int leader) {
    if (leader != 0 && leader != refusedBy) {
      leaders.put(gid, leader);
    } else {
      unreachable(gid, refusedBy);
    }
  }

  /** A replica of {@code gid} could not be reached: the next one is tried. */
  void unreachable(int gid, int node) {
    OptionalInt known = leaderOf(gid);
    if (known.isEmpty() || known.getAsInt() == node) {
      leaders.remove(gid);
      turns.merge(gid, 1, Integer::sum);
    }
  }

  /** A replica of {@code gid} answered as its leader. */
  void leads(int gid, int node) {
    leaders.put(gid, node);
  }

  /** The shard has gone to {@code owner} at {@code epoch}; ignored if the map is newer. */
  void wrongOwner(int shard, int owner, long epoch) {
    boolean isNews = map.isPresent() && epoch > map.get().shard(shard).epoch();
    if (owner != 0 && isNews && map.get().groups().containsKey(owner)) {
      owners.put(shard, new OwnerHint(owner, epoch));
    } else {
      owners.remove(shard);
    }
  }

  private OptionalInt leaderOf(int gid) {
    Integer leader = leaders.get(gid);
    return leader == null ? OptionalInt.empty() : OptionalInt.of(leader);
  }

  private NodeAddress replica(GroupMembers group) {
    OptionalInt leader = leaderOf(group.gid());
    List<NodeAddress> nodes = group.nodes();
    for (NodeAddress node : nodes) {
      if (leader.isPresent() && node.node() == leader.getAsInt()) {
        return node;
      }
    }
    return nodes.get(Math.floorMod(turns.getOrDefault(group.gid(), 0), nodes.size()));
  }
}
