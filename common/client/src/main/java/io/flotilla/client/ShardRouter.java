package io.flotilla.client;

import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.base.shard.ShardMap;
import java.util.List;
import java.util.Optional;
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

  /** The next map is of another cluster. */
  void forget() {
    map = Optional.empty();
    owners.clear();
    leaders.clear();
    turns.clear();
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
    turns.keySet().removeIf(gid -> !newer.groups().containsKey(gid));
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

  /**
   * A replica of {@code gid} said that {@code leader} leads, or that it knows no leader (0).
   * Returns whether that names another replica to try.
   */
  boolean notLeader(int gid, int refusedBy, int leader) {
    if (leader != refusedBy && isMember(gid, leader)) {
      leaders.put(gid, leader);
      return true;
    }
    unreachable(gid, refusedBy);
    return false;
  }

  /**
   * A replica of {@code gid} is of no use now: the next one's turn, unless it has come already. A
   * broken stream tells this once for each call it carried.
   */
  void unreachable(int gid, int node) {
    if (leaders.getOrDefault(gid, 0) == node) {
      leaders.remove(gid);
    }
    members(gid)
        .filter(group -> !leaders.containsKey(gid) && replica(group).node() == node)
        .ifPresent(group -> turns.merge(gid, 1, Integer::sum));
  }

  /** A replica of {@code gid} answered as its leader. */
  void leads(int gid, int node) {
    if (leaders.getOrDefault(gid, 0) != node) {
      leaders.put(gid, node);
    }
  }

  /**
   * Group {@code refusedBy} does not own the shard; as far as it knows {@code owner} does, at
   * {@code epoch}. Of several such words, and the map, the one with the highest epoch counts.
   * Returns whether there is another group to try.
   */
  boolean wrongOwner(int shard, int refusedBy, int owner, long epoch) {
    OwnerHint hint = owners.get(shard);
    long known = map.map(newest -> newest.shard(shard).epoch()).orElse(0L);
    if (members(owner).isPresent() && epoch > (hint == null ? known : hint.epoch())) {
      owners.put(shard, new OwnerHint(owner, epoch));
    } else if (hint != null && hint.gid() == refusedBy) {
      owners.remove(shard);
    }
    return ownerOf(shard) != refusedBy;
  }

  private Optional<GroupMembers> members(int gid) {
    return map.map(known -> known.groups().get(gid));
  }

  private boolean isMember(int gid, int node) {
    return members(gid)
        .map(group -> group.nodes().stream().anyMatch(each -> each.node() == node))
        .orElse(false);
  }

  private NodeAddress replica(GroupMembers group) {
    int leader = leaders.getOrDefault(group.gid(), 0);
    List<NodeAddress> nodes = group.nodes();
    for (NodeAddress node : nodes) {
      if (node.node() == leader) {
        return node;
      }
    }
    return nodes.get(Math.floorMod(turns.getOrDefault(group.gid(), 0), nodes.size()));
  }
}
