package io.flotilla.bench.cluster;

import io.flotilla.base.check.Check;
import io.flotilla.bench.judge.Judges;
import io.flotilla.bench.judge.Sight;
import io.flotilla.bench.judge.Truth;
import io.flotilla.client.FlotillaClient;
import io.flotilla.raft.GroupId;
import io.flotilla.shardkv.group.Phase;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A whole cluster in which a scenario does one thing after the other, with all judges looking on.
 *
 * <p>Six nodes and four groups; group 1 lives on nodes 1 to 3, which also hold the controller, and
 * group 4 on nodes 4 to 6, so the two share nothing. One thread.
 */
public final class Scene {
  /** Long in virtual time; whatever takes longer will never come. */
  public static final long LONG_NANOS = 60_000_000_000L;

  private static final int NODES = 6;
  private static final int GROUPS = 4;

  private final Simulation simulation;
  private final SimCluster cluster;
  private final Watch watch;
  private final Truth truth = new Truth();
  private long operations;

  Scene(Simulation simulation) {
    this.simulation = simulation;
    ClusterConfig base = ClusterConfig.smallest();
    this.cluster =
        new SimCluster(
            simulation,
            new ClusterConfig(
                NODES,
                GROUPS,
                base.replicas(),
                base.shards(),
                base.raft(),
                base.wal(),
                base.controller(),
                base.moves()));
    this.watch = new Watch(cluster);
    Judges.of(truth, () -> {}).forEach(watch::add);
  }

  /** Tells {@code lines} what happens from now on. */
  void tell(Consumer<String> lines) {
    Timeline timeline = new Timeline(simulation, lines);
    watch.add(timeline);
    truth.listen(timeline);
  }

  /** Founds the cluster and waits until it serves. */
  void begin() {
    cluster.beBorn();
    new Liveness(cluster, watch, truth).await(LONG_NANOS);
  }

  /** Waits until all is well, which a scenario must leave behind. */
  void end() {
    new Liveness(cluster, watch, truth).await(LONG_NANOS);
  }

  /** Time, network and faults. */
  public Simulation simulation() {
    return simulation;
  }

  /** The process of node {@code id}. */
  public SimNode node(int id) {
    return cluster.nodes().get(id - 1).process();
  }

  /** The processes of nodes {@code from} to {@code to}. */
  public List<SimNode> nodes(int from, int to) {
    return cluster.nodes().subList(from - 1, to).stream().map(ClusterNode::process).toList();
  }

  /** Starts the dead node {@code id}. */
  public void restart(int id) {
    cluster.nodes().get(id - 1).restart();
  }

  /** Gives the dead node {@code id} an empty disk. */
  public void wipe(int id) {
    cluster.nodes().get(id - 1).wipe();
  }

  /** How many shards the keys are spread over. */
  public int shards() {
    return cluster.config().shards();
  }

  /** A client on a machine of its own. */
  public FlotillaClient client(String name, Duration deadline) {
    return cluster.client(name, deadline);
  }

  /** The client of whoever looks after the cluster. */
  public FlotillaClient operator() {
    return cluster.operator();
  }

  /** Has {@code shard} moved to {@code gid}, and waits for the end of it. */
  public void moveTo(int shard, int gid) {
    if (phase(gid, shard) == Phase.SERVING) {
      return;
    }
    await(operator().admin().move(shard, gid));
    until(
        "shard " + shard + " is served by group " + gid,
        () -> phase(gid, shard) == Phase.SERVING && moves() == 0);
  }

  /**
   * How group {@code gid} in its first life stands to {@code shard}, as of its furthest replica.
   */
  public Phase phase(int gid, int shard) {
    return truth.group(new GroupId(gid, 1)).shard(shard).phase();
  }

  /** Moves under way, as far as the controller has decided. */
  public int moves() {
    return truth.controller().orElseThrow().moves().size();
  }

  /** The node that leads group {@code gid} in its first life, if one does. */
  public Optional<Integer> leader(int gid) {
    return watch.leader(new GroupId(gid, 1)).map((Sight leader) -> leader.home.node());
  }

  /** Lets {@code nanos} pass. */
  public void pass(long nanos) {
    simulation.runFor(nanos);
  }

  /** Waits until {@code condition} holds, which says {@code what}. */
  public void until(String what, BooleanSupplier condition) {
    within(LONG_NANOS, what, condition);
  }

  /** Waits until {@code condition} holds, at most for {@code nanos}. */
  public void within(long nanos, String what, BooleanSupplier condition) {
    Check.that(simulation.runUntil(condition, nanos), "scenario: never seen that %s", what);
  }

  /** Requires that {@code claim} holds now. */
  public void require(String claim, boolean holds) {
    Check.that(holds, "scenario: it does not hold that %s", claim);
  }

  /** Waits for an answer. */
  public <T> T await(CompletableFuture<T> call) {
    return await(LONG_NANOS, call);
  }

  /** Waits for an answer, at most for {@code nanos}. */
  public <T> T await(long nanos, CompletableFuture<T> call) {
    operations++;
    within(nanos, "a call is answered", call::isDone);
    return call.join();
  }

  long operations() {
    return operations;
  }
}
