package io.flotilla.shardctrler.rebalance;

import io.flotilla.base.check.Check;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Spreads shards over groups: no two groups differ by more than one shard, and among all such
 * assignments one that changes the fewest shards. Pure and deterministic.
 *
 * <p>Pins come first: a group whose pinned shards exceed an even share keeps exactly those, and the
 * other groups share the rest evenly.
 */
public final class Rebalancer {
  private Rebalancer() {}

  /**
   * The group of each shard.
   *
   * @param places one for each shard; a gid that is not in {@code groups} counts as none
   * @param groups the groups that may hold shards, at least one
   */
  public static List<Integer> targets(List<Place> places, SortedSet<Integer> groups) {
    Check.that(!groups.isEmpty(), "shards for no group");
    List<Integer> targets = new ArrayList<>();
    TreeMap<Integer, List<Integer>> held = new TreeMap<>();
    groups.forEach(gid -> held.put(gid, new ArrayList<>()));
    TreeSet<Integer> free = new TreeSet<>();
    for (int shard = 0; shard < places.size(); shard++) {
      int gid = places.get(shard).gid();
      targets.add(gid);
      if (groups.contains(gid)) {
        held.getOrDefault(gid, List.of()).add(shard);
      } else {
        free.add(shard);
      }
    }
    SortedMap<Integer, Integer> quotas = quotas(places, held);
    held.forEach(
        (gid, shards) -> free.addAll(surplus(places, shards, quotas.getOrDefault(gid, 0))));
    fill(targets, held, quotas, free);
    return targets;
  }

  /** How many shards each group gets. */
  private static SortedMap<Integer, Integer> quotas(
      List<Place> places, SortedMap<Integer, List<Integer>> held) {
    TreeMap<Integer, Integer> pinned = new TreeMap<>();
    held.forEach(
        (gid, shards) ->
            pinned.put(gid, (int) shards.stream().filter(s -> isPinned(places, s)).count()));
    int level = places.size() / held.size();
    while (sumAtLeast(pinned, level) > places.size()) {
      level--;
    }
    TreeMap<Integer, Integer> quotas = new TreeMap<>();
    List<Integer> even = new ArrayList<>();
    for (int gid : held.keySet()) {
      int pins = pinned.getOrDefault(gid, 0);
      quotas.put(gid, Math.max(pins, level));
      if (pins <= level) {
        even.add(gid);
      }
    }
    // What is left over goes where the most shards are already: that is where it saves moves.
    even.sort(
        Comparator.comparingInt((Integer gid) -> -held.getOrDefault(gid, List.of()).size())
            .thenComparing(Comparator.naturalOrder()));
    int rest = places.size() - sumAtLeast(pinned, level);
    for (int gid : even.subList(0, rest)) {
      quotas.put(gid, level + 1);
    }
    return quotas;
  }

  private static int sumAtLeast(SortedMap<Integer, Integer> pinned, int level) {
    return pinned.values().stream().mapToInt(pins -> Math.max(pins, level)).sum();
  }

  /** Takes from {@code shards} what is above {@code quota}, the loosest and highest first. */
  private static List<Integer> surplus(List<Place> places, List<Integer> shards, int quota) {
    List<Integer> order = new ArrayList<>(shards);
    order.sort(
        Comparator.comparing((Integer shard) -> places.get(shard).hold())
            .thenComparing(Comparator.reverseOrder()));
    List<Integer> given = order.subList(0, Math.max(0, shards.size() - quota));
    Check.that(given.stream().noneMatch(s -> isPinned(places, s)), "a pinned shard given away");
    shards.clear();
    shards.addAll(order.subList(given.size(), order.size()));
    return given;
  }

  /** Deals the free shards out, each to the group that lacks the most. */
  private static void fill(
      List<Integer> targets,
      SortedMap<Integer, List<Integer>> held,
      SortedMap<Integer, Integer> quotas,
      SortedSet<Integer> free) {
    PriorityQueue<Lack> lacking = new PriorityQueue<>();
    held.forEach(
        (gid, shards) -> lacking.add(new Lack(gid, quotas.getOrDefault(gid, 0) - shards.size())));
    for (int shard : free) {
      Lack most = lacking.remove();
      Check.that(most.shards() > 0, "no room for shard %d", shard);
      targets.set(shard, most.gid());
      lacking.add(new Lack(most.gid(), most.shards() - 1));
    }
  }

  /** How many shards a group is short of; the shortest comes first, and of equals the lowest. */
  private record Lack(int gid, int shards) implements Comparable<Lack> {
    @Override
    public int compareTo(Lack other) {
      return shards != other.shards
          ? Integer.compare(other.shards, shards)
          : Integer.compare(gid, other.gid);
    }
  }

  private static boolean isPinned(List<Place> places, int shard) {
    return places.get(shard).hold() == Place.Hold.PINNED;
  }
}
