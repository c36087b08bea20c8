package io.flotilla.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.bench.judge.Judges;
import io.flotilla.bench.judge.Truth;
import io.flotilla.client.FlotillaClient;
import io.flotilla.raft.GroupId;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A source that cannot reach the destination of a shard it has frozen waits: for as long as it
 * takes, and through changes of its leader. Only the controller may let it serve again.
 */
final class FrozenSourceTest {
  private static final long SECOND = 1_000_000_000L;
  private static final ByteString KEY = ByteString.copyFromUtf8("k");

  /** Two groups without a node in common, the controller on the side of the first. */
  private static final int SOURCE = 1;

  private static final int DESTINATION = 4;

  private Simulation simulation;
  private SimCluster cluster;
  private Truth truth;
  private int shard;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void sourceThatCannotReachTheDestinationStaysFrozen(long seed) {
    start(seed);
    FlotillaClient client = cluster.client("client", Duration.ofSeconds(60));
    await(client.put(KEY, ByteString.copyFromUtf8("before")));
    moveTo(SOURCE);
    await(cluster.operator().admin().move(shard, DESTINATION));
    until(() -> phase(SOURCE) == Phase.FROZEN);

    simulation.network().partition(side(0, 3), side(3, 6));
    CompletableFuture<?> write = client.put(KEY, ByteString.copyFromUtf8("after"));
    simulation.runFor(6 * SECOND);
    assertThat(phase(SOURCE)).isEqualTo(Phase.FROZEN);
    assertThat(write).isNotDone();
    cluster.nodes().get(0).process().crash(true);
    cluster.nodes().get(0).restart();
    simulation.runFor(6 * SECOND);
    assertThat(phase(SOURCE)).isEqualTo(Phase.FROZEN);

    simulation.network().heal();
    until(() -> phase(DESTINATION) == Phase.SERVING && phase(SOURCE) == Phase.ABSENT);
    await(write);
    assertThat(await(client.get(KEY))).contains(ByteString.copyFromUtf8("after"));
  }

  private void start(long seed) {
    simulation = new Simulation(seed);
    ClusterConfig base = ClusterConfig.smallest();
    cluster =
        new SimCluster(
            simulation,
            new ClusterConfig(6, 4, 3, base.shards(), base.raft(), base.wal(), base.controller()));
    truth = new Truth();
    Watch watch = new Watch(cluster);
    Judges.of(truth, () -> {}).forEach(watch::add);
    cluster.beBorn();
    shard = KeySlot.shard(KEY, base.shards());
  }

  private void moveTo(int gid) {
    await(cluster.operator().admin().move(shard, gid));
    until(() -> phase(gid) == Phase.SERVING && truth.controller().orElseThrow().moves().isEmpty());
  }

  private List<SimNode> side(int from, int to) {
    return cluster.nodes().subList(from, to).stream().map(ClusterNode::process).toList();
  }

  private Phase phase(int gid) {
    return truth.group(new GroupId(gid, 1)).shard(shard).phase();
  }

  private void until(BooleanSupplier condition) {
    assertThat(simulation.runUntil(condition, 60 * SECOND)).isTrue();
  }

  private <T> T await(CompletableFuture<T> future) {
    until(future::isDone);
    return future.join();
  }
}
