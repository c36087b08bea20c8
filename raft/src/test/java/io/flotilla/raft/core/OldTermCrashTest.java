package io.flotilla.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Figure 8 by chance: five replicas, entries that travel one by one, leaders that crash while they
 * bring the others up to date, and just enough replicas up to go on. An entry of an earlier term
 * that counts as committed because a majority has it is sooner or later overwritten. Replay a seed
 * with {@link #run}.
 */
class OldTermCrashTest {
  private static final int SEEDS = Integer.getInteger("flotilla.coreSeeds", 40);
  private static final long FIRST_SEED = Long.getLong("flotilla.coreFirstSeed", 1);
  private static final int NODES = 5;
  private static final int MAJORITY = 3;
  private static final int STEPS = 2_000;

  @Test
  void nothingAppliedIsEverOverwrittenHoweverLeadersCrash() {
    int elections = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        elections += run(seed);
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError("seed " + seed, failure);
      }
    }
    assertThat(elections).as("terms with a leader").isGreaterThan(2 * SEEDS);
  }

  private static int run(long seed) {
    CoreCluster cluster = new CoreCluster(NODES, seed, oneByOne());
    cluster.unreliable(0, 0, 20);
    SplittableRandom random = new SplittableRandom(~seed);
    for (int step = 0; step < STEPS; step++) {
      cluster.runMillis(random.nextInt(5) == 0 ? random.nextInt(60) : random.nextInt(8));
      for (CoreNode node : cluster.nodes()) {
        if (node.leads()) {
          node.propose("c" + step);
          if (random.nextInt(4) == 0) {
            node.crash(random.nextInt(3));
          }
        }
      }
      restartSome(cluster, random);
    }
    cluster.invariants().checkLogMatching();
    return cluster.invariants().termsLed();
  }

  private static void restartSome(CoreCluster cluster, SplittableRandom random) {
    while (cluster.nodes().stream().filter(CoreNode::up).count() < MAJORITY) {
      CoreNode node = cluster.node(1 + random.nextInt(NODES));
      if (!node.up()) {
        node.restart();
      }
    }
  }

  /** One entry a message and one message at a time: replication can stop between any two. */
  private static CoreConfig oneByOne() {
    CoreConfig usual = CoreCluster.CONFIG;
    return new CoreConfig(
        usual.heartbeatNanos(),
        usual.electionMinNanos(),
        usual.electionMaxNanos(),
        1,
        1,
        1,
        usual.maxInflightBytes(),
        usual.maxUncommittedBytes(),
        usual.maxCommittedBytes(),
        usual.tailBytes());
  }
}
