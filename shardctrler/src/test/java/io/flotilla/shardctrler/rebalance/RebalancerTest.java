package io.flotilla.shardctrler.rebalance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.flotilla.shardctrler.rebalance.Place.Hold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class RebalancerTest {
  @Test
  void agreesWithTryingEveryAssignment() {
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      SortedSet<Integer> groups = groups(1 + random.nextInt(3), random);
      List<Place> places = places(1 + random.nextInt(6), random);
      List<Integer> targets = Rebalancer.targets(places, groups);
      Cost best = bestByForce(places, groups);
      assertThat(cost(places, targets))
          .as("round %d: %s over %s gave %s", round, places, groups, targets)
          .isEqualTo(best);
    }
  }

  @Test
  void balancesWithinOneWithoutPins() {
    Random random = new Random(11);
    for (int round = 0; round < 300; round++) {
      SortedSet<Integer> groups = groups(1 + random.nextInt(9), random);
      List<Place> places = new ArrayList<>();
      for (int shard = 0; shard < 256; shard++) {
        places.add(new Place(random.nextInt(14), Hold.HOME));
      }
      int[] counts = counts(Rebalancer.targets(places, groups), groups);
      assertThat(counts[counts.length - 1] - counts[0]).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void spreadsTheMostShardsOverTheMostGroupsInNoTime() {
    TreeSet<Integer> groups = new TreeSet<>();
    for (int gid = 1; gid <= 8_192; gid++) {
      groups.add(gid);
    }
    List<Place> places = new ArrayList<>(Collections.nCopies(8_192, new Place(1, Hold.HOME)));
    places.addAll(Collections.nCopies(8_192, new Place(0, Hold.LOOSE)));
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          // The limit is generous by a factor of fifty; comparing all pairs takes far longer.
          for (int round = 0; round < 3; round++) {
            assertThat(new TreeSet<>(Rebalancer.targets(places, groups))).isEqualTo(groups);
          }
        });
  }

  @Test
  void doesNotDependOnTheOrderGroupsAreGivenIn() {
    Random random = new Random(13);
    for (int round = 0; round < 200; round++) {
      List<Place> places = places(16, random);
      List<Integer> gids = new ArrayList<>(groups(5, random));
      List<Integer> first = Rebalancer.targets(places, new TreeSet<>(gids));
      Collections.shuffle(gids, random);
      assertThat(Rebalancer.targets(places, new TreeSet<>(gids))).isEqualTo(first);
    }
  }

  @Test
  void balancedShardsStayWhereTheyAre() {
    List<Place> places = new ArrayList<>();
    for (int shard = 0; shard < 16; shard++) {
      places.add(new Place(1 + shard % 3, Hold.HOME));
    }
    assertThat(Rebalancer.targets(places, new TreeSet<>(List.of(1, 2, 3))))
        .isEqualTo(places.stream().map(Place::gid).toList());
  }

  @Test
  void takesAwayWhatCostsLeast() {
    List<Place> places =
        List.of(
            new Place(1, Hold.PINNED),
            new Place(1, Hold.MOVING),
            new Place(1, Hold.LOOSE),
            new Place(1, Hold.HOME));
    assertThat(Rebalancer.targets(places, new TreeSet<>(List.of(1, 2))))
        .isEqualTo(List.of(1, 1, 2, 2));
  }

  @Test
  void pinsBeatBalanceAndTheRestIsShared() {
    List<Place> places = new ArrayList<>(Collections.nCopies(5, new Place(1, Hold.PINNED)));
    places.addAll(Collections.nCopies(3, new Place(1, Hold.HOME)));
    List<Integer> targets = Rebalancer.targets(places, new TreeSet<>(List.of(1, 2, 3)));
    assertThat(targets.subList(0, 5)).containsOnly(1);
    assertThat(targets.subList(5, 8)).containsOnly(2, 3);
  }

  @Test
  void pinnedShardOfAGroupThatLeftMoves() {
    assertThat(
            Rebalancer.targets(
                List.of(new Place(9, Hold.PINNED), new Place(1, Hold.HOME)),
                new TreeSet<>(List.of(1))))
        .isEqualTo(List.of(1, 1));
  }

  /** How uneven an assignment is, and how many shards it changes; the first weighs more. */
  private record Cost(int squares, int changes) implements Comparable<Cost> {
    @Override
    public int compareTo(Cost other) {
      return squares != other.squares ? squares - other.squares : changes - other.changes;
    }
  }

  private static Cost bestByForce(List<Place> places, SortedSet<Integer> groups) {
    List<Integer> gids = new ArrayList<>(groups);
    int combinations = (int) Math.pow(gids.size(), places.size());
    List<Cost> costs = new ArrayList<>();
    for (int code = 0; code < combinations; code++) {
      List<Integer> targets = new ArrayList<>();
      int rest = code;
      boolean isAllowed = true;
      for (Place place : places) {
        int gid = gids.get(rest % gids.size());
        rest /= gids.size();
        targets.add(gid);
        boolean isStuck = place.hold() == Hold.PINNED && groups.contains(place.gid());
        isAllowed &= !isStuck || place.gid() == gid;
      }
      if (isAllowed) {
        costs.add(cost(places, targets));
      }
    }
    return Collections.min(costs);
  }

  private static Cost cost(List<Place> places, List<Integer> targets) {
    int squares = 0;
    for (int count : counts(targets, new TreeSet<>(targets))) {
      squares += count * count;
    }
    int changes = 0;
    for (int shard = 0; shard < places.size(); shard++) {
      changes += places.get(shard).gid() == targets.get(shard) ? 0 : 1;
    }
    return new Cost(squares, changes);
  }

  private static int[] counts(List<Integer> targets, SortedSet<Integer> groups) {
    int[] counts = groups.stream().mapToInt(gid -> Collections.frequency(targets, gid)).toArray();
    Arrays.sort(counts);
    return counts;
  }

  private static SortedSet<Integer> groups(int count, Random random) {
    TreeSet<Integer> groups = new TreeSet<>();
    while (groups.size() < count) {
      groups.add(1 + random.nextInt(count + 2));
    }
    return groups;
  }

  private static List<Place> places(int count, Random random) {
    List<Place> places = new ArrayList<>();
    for (int shard = 0; shard < count; shard++) {
      int gid = random.nextInt(5);
      Hold hold = Hold.values()[random.nextInt(Hold.values().length)];
      places.add(new Place(gid, gid == 0 ? Hold.LOOSE : hold));
    }
    return places;
  }
}
