package io.flotilla.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.judge.Judges;
import io.flotilla.bench.judge.Truth;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupStatus;
import io.flotilla.sim.Simulation;
import io.flotilla.sim.history.check.CheckBudget;
import io.flotilla.sim.history.check.ExactlyOnce;
import io.flotilla.sim.history.check.LinearizabilityChecker;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A checkpoint of one replica rots. The replica fetches its state from its peers and takes part
 * again, under load, with nothing an operator would have to do: no wrong value is seen, nothing
 * acknowledged is lost, and nobody votes twice in a term.
 */
final class DamagedCheckpointTest {
  private static final long SECOND = 1_000_000_000L;
  private static final GroupId GROUP = new GroupId(1, 1);
  private static final String STORE = "groups/" + GROUP + "/store/";

  private Simulation simulation;
  private SimCluster cluster;
  private SplittableRandom random;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void aReplicaWhoseCheckpointRotsHealsItselfFromItsPeers(long seed) {
    simulation = new Simulation(seed);
    random = new SplittableRandom(seed);
    cluster = new SimCluster(simulation, ClusterConfig.smallest());
    Watch watch = new Watch(cluster);
    Judges.of(new Truth(), () -> {}).forEach(watch::add);
    cluster.beBorn();
    Workload workload =
        new Workload(cluster, new Keys(20), new Workload.Size(2, 4, 8, 1_500, SECOND / 50));
    simulation.afterEveryEvent(workload.recorder()::check);
    workload.start(0);
    for (int round = 0; round < 3; round++) {
      // Leaders and followers in turn; each time another replica may be the one that heals.
      ClusterNode node = victim((seed + round) % 2 == 0);
      until("a checkpoint", () -> !tables(node).isEmpty());
      node.process().crash(random.nextBoolean());
      rot(node);
      node.restart();
      simulation.runFor(SECOND);
      until("the damage found", () -> damages() > 0);
      until("the replica to have caught up", () -> isBack(node));
    }
    assertThat(damages()).isGreaterThanOrEqualTo(3);
    until("the load to end", workload::isDone);
    workload.lookAgain();
    until("the last look", workload::isRead);
    var history = workload.recorder().lines();
    assertThat(LinearizabilityChecker.check(history, CheckBudget.DEFAULT).isLinearizable())
        .isTrue();
    assertThat(ExactlyOnce.count(history).held()).isTrue();
  }

  /** The leader of the group, or a follower. */
  private ClusterNode victim(boolean leader) {
    until("a leader", () -> cluster.nodes().stream().anyMatch(this::leads));
    return cluster.nodes().stream().filter(node -> leads(node) == leader).findFirst().orElseThrow();
  }

  private boolean leads(ClusterNode node) {
    return node.host()
        .flatMap(host -> host.status(GROUP))
        .filter(GroupStatus::isLeader)
        .isPresent();
  }

  private static List<String> tables(ClusterNode node) {
    return node.process().disk().files().stream()
        .filter(file -> file.startsWith(STORE) && !file.contains(".tmp") && !file.endsWith("lost"))
        .toList();
  }

  /** One bit of one file that is part of the checkpoint in force. */
  private void rot(ClusterNode node) {
    List<String> files = tables(node);
    String file =
        random.nextBoolean() ? STORE + "MANIFEST" : files.get(random.nextInt(files.size()));
    long bits = node.process().disk().length(file) * 8;
    node.process().disk().flipBit(file, random.nextLong(bits));
  }

  private long damages() {
    return simulation
        .meter()
        .counters()
        .getOrDefault("flotilla_shard_checkpoints_damaged_total", 0L);
  }

  /** Whether it votes again, holds what the leader holds, and the note of its loss is gone. */
  private boolean isBack(ClusterNode node) {
    long leaders =
        cluster.nodes().stream()
            .flatMap(each -> each.host().stream())
            .flatMap(host -> host.status(GROUP).stream())
            .filter(GroupStatus::isLeader)
            .mapToLong(GroupStatus::commitIndex)
            .max()
            .orElse(Long.MAX_VALUE);
    long here =
        node.host().flatMap(host -> host.status(GROUP)).map(GroupStatus::commitIndex).orElse(0L);
    boolean isNoted = node.process().disk().files().contains(STORE + "lost");
    return !isNoted && here >= leaders - 200;
  }

  private void until(String what, BooleanSupplier condition) {
    assertThat(simulation.runUntil(condition, 120 * SECOND)).as(what).isTrue();
  }
}
