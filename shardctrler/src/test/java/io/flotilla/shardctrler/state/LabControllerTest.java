package io.flotilla.shardctrler.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.shard.ShardMap;
import io.flotilla.shardctrler.state.CtrlCommand.Assign;
import io.flotilla.shardctrler.state.CtrlCommand.Leave;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The controller tests of the MIT lab, over targets: what a map promises at once. */
final class LabControllerTest {
  private final Controller controller = new Controller();

  @Test
  void beforeAnyJoinNothingIsOwned() {
    ShardMap map = controller.state().map();
    assertThat(map.version()).isZero();
    assertThat(map.groups()).isEmpty();
    assertThat(controller.targets()).containsOnly(0);
  }

  @Test
  void basicLeaveAndJoinStayBalanced() {
    controller.join(1);
    assertBalancedOver(1);
    controller.join(2);
    assertBalancedOver(1, 2);
    assertThat(controller.state().map().groups().get(2).nodes())
        .isEqualTo(Controller.group(2).nodes().stream().map(Controller::address).toList());
    controller.settle();
    controller.leave(1);
    assertBalancedOver(2);
    controller.settle();
    assertThat(controller.state().map().groups()).containsOnlyKeys(2);
    controller.changed(new Leave(List.of(2), false, true));
    assertThat(controller.state().map().groups()).isEmpty();
    assertThat(controller.targets()).containsOnly(0);
  }

  @Test
  void historicalVersionsStayAsTheyWere() {
    List<ShardMap> seen = new ArrayList<>();
    for (int gid = 1; gid <= 6; gid++) {
      controller.join(gid);
      seen.add(controller.state().map());
      controller.settle();
      seen.add(controller.state().map());
    }
    controller.leave(2, 4);
    controller.machine.decode(controller.machine.encode());
    for (ShardMap map : seen) {
      assertThat(controller.state().map(map.version())).contains(map);
    }
    assertThat(controller.state().map(0)).contains(ShardMap.empty(Controller.SHARDS));
  }

  @Test
  void everyMoveRaisesTheVersionAndSticksUntilTheNextRebalance() {
    controller.join(1, 2);
    for (int shard = 0; shard < Controller.SHARDS; shard++) {
      int other = controller.entry(shard).target() == 1 ? 2 : 1;
      long before = controller.state().map().version();
      assertThat(controller.changed(new Assign(shard, other))).isEqualTo(before + 1);
      assertThat(controller.entry(shard).target()).isEqualTo(other);
    }
    for (int shard = 0; shard < Controller.SHARDS; shard++) {
      if (controller.entry(shard).target() == 1) {
        controller.changed(new Assign(shard, 2));
      }
    }
    assertThat(controller.targets()).containsOnly(2);
    controller.changed(new CtrlCommand.Rebalance());
    assertBalancedOver(1, 2);
  }

  @Test
  void minimalTransfersAfterJoins() {
    controller.join(1, 2, 3, 4, 5);
    controller.settle();
    List<Integer> before = controller.targets();
    controller.join(6, 7);
    for (int shard = 0; shard < Controller.SHARDS; shard++) {
      int now = controller.targets().get(shard);
      assertThat(now <= 5 ? before.get(shard) : now).isEqualTo(now);
    }
    assertBalancedOver(1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void minimalTransfersAfterLeaves() {
    controller.join(1, 2, 3, 4, 5, 6, 7);
    controller.settle();
    List<Integer> before = controller.targets();
    controller.leave(6, 7);
    for (int shard = 0; shard < Controller.SHARDS; shard++) {
      if (before.get(shard) <= 5) {
        assertThat(controller.targets().get(shard)).isEqualTo(before.get(shard));
      }
    }
    assertBalancedOver(1, 2, 3, 4, 5);
  }

  @Test
  void multiJoinAndLeaveAreOneVersionEach() {
    long before = controller.state().map().version();
    assertThat(controller.join(1, 2, 3)).isEqualTo(before + 1);
    assertBalancedOver(1, 2, 3);
    assertThat(controller.leave(1, 3)).isEqualTo(before + 2);
    assertBalancedOver(2);
  }

  @Test
  void interleavedJoinsAndLeavesEndBalancedAndEqualOnEveryReplica() {
    for (int seed = 0; seed < 50; seed++) {
      Controller one = new Controller();
      Controller other = new Controller();
      Random random = new Random(seed);
      List<Integer> gids = new ArrayList<>(List.of(1, 2, 3, 4, 5, 6, 7, 8));
      Collections.shuffle(gids, random);
      for (int gid : gids) {
        for (Controller each : List.of(one, other)) {
          each.join(gid);
          each.join(gid + 10);
          each.leave(gid + 10);
        }
      }
      one.settle();
      other.machine.decode(other.machine.encode());
      other.settle();
      assertThat(one.machine.encode()).isEqualTo(other.machine.encode());
      assertThat(one.state().map().groups()).containsOnlyKeys(1, 2, 3, 4, 5, 6, 7, 8);
      assertThat(one.owners()).isEqualTo(one.targets());
    }
  }

  private void assertBalancedOver(Integer... gids) {
    List<Integer> targets = controller.targets();
    assertThat(new TreeSet<>(targets)).containsExactly(gids);
    List<Integer> counts = new ArrayList<>();
    for (int gid : gids) {
      counts.add(Collections.frequency(targets, gid));
    }
    assertThat(Collections.max(counts) - Collections.min(counts)).isLessThanOrEqualTo(1);
  }
}
