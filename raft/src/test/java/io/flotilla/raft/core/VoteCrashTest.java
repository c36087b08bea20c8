package io.flotilla.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.core.message.Message.VoteReply;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Voters lose power at the worst moment: right after a vote has left, with whatever is not durable
 * by then forgotten. Elections are many and collide, so a vote that was forgotten is soon asked for
 * again by somebody else in the same term (5.2). Replay a seed with {@link #run}.
 */
class VoteCrashTest {
  private static final int SEEDS = Integer.getInteger("flotilla.coreSeeds", 40);
  private static final long FIRST_SEED = Long.getLong("flotilla.coreFirstSeed", 1);
  private static final int STEPS = 1_500;

  @Test
  void noVoteIsGivenTwiceHoweverVotersCrash() {
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
    CoreCluster cluster = new CoreCluster(3 + 2 * (int) (seed % 2), seed);
    cluster.invariants().judgeVotesByConsequence();
    cluster.slowDisks(40);
    cluster.unreliable(0.05, 0.2, 60);
    SplittableRandom random = new SplittableRandom(~seed);
    TreeSet<Integer> voted = new TreeSet<>();
    cluster.block(
        (from, out) -> {
          if (out.message() instanceof VoteReply reply && reply.granted() && random.nextBoolean()) {
            voted.add(from);
          }
          return false;
        });
    cluster.afterEachEvent(
        () -> {
          voted.forEach(id -> cluster.node(id).crash(0));
          voted.clear();
        });
    for (int step = 0; step < STEPS; step++) {
      cluster.runMillis(2);
      for (CoreNode node : cluster.nodes()) {
        if (!node.up()) {
          node.restart();
        } else if (node.leads() && random.nextInt(20) == 0) {
          node.crash(0);
        }
      }
    }
    return cluster.invariants().termsLed();
  }
}
