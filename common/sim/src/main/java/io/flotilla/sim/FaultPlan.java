package io.flotilla.sim;

import io.flotilla.base.check.Check;
import java.util.random.RandomGenerator;

/**
 * How often things go wrong by themselves; crashes and partitions are asked for one by one.
 *
 * @param net what the network does to frames and questions
 * @param io what the disks do to calls
 * @param hopNanosMax the longest a task waits for a free loop
 * @param clockPpmMax how fast or slow a node's clock may run, in parts per million
 */
public record FaultPlan(Net net, Io io, int hopNanosMax, long clockPpmMax) {
  /** Refuses a plan in which nothing ever takes time. */
  public FaultPlan {
    Check.that(hopNanosMax > 0, "a task takes some time to start");
  }

  /** No faults: only delays, which vary. */
  public static final FaultPlan NONE =
      new FaultPlan(new Net(0, 0, 0, 0, 0), new Io(0, 0, 0, 0, 0, 0), 2_000, 0);

  /**
   * Probabilities of the network, each for one frame or message.
   *
   * @param loss it never arrives
   * @param duplicate a wire frame arrives twice
   * @param reorder a wire frame may overtake others
   * @param longDelay it takes up to {@code longDelayNanosMax}
   * @param longDelayNanosMax the longest such delay
   */
  public record Net(
      double loss, double duplicate, double reorder, double longDelay, long longDelayNanosMax) {}

  /**
   * Probabilities of the disks, each for one call.
   *
   * @param readError a read fails
   * @param writeError a write fails, a prefix of it may have been written
   * @param syncError a sync fails, and what it should have made durable may never become so
   * @param slow a call takes up to {@code slowNanosMax}
   * @param slowNanosMax the longest such call
   * @param tornSector a sector that was being written at a power loss is a mixture
   */
  public record Io(
      double readError,
      double writeError,
      double syncError,
      double slow,
      long slowNanosMax,
      double tornSector) {}

  /**
   * A mix drawn at random: each kind of fault is on or off and, if on, rare, common or in between.
   *
   * <p>Leaving kinds out altogether reaches states that a little of everything never reaches (swarm
   * testing). Disk errors stay off here: each costs a node, so they are injected one by one.
   */
  public static FaultPlan drawn(RandomGenerator random) {
    Net net =
        new Net(
            some(random, 0.10),
            some(random, 0.10),
            some(random, 0.20),
            some(random, 0.02),
            random.nextBoolean() ? 2_000_000_000L : 60_000_000_000L);
    Io io = new Io(0, 0, 0, some(random, 0.01), 200_000_000, some(random, 0.5));
    int hopNanosMax = random.nextBoolean() ? 2_000 : 200_000;
    return new FaultPlan(net, io, hopNanosMax, random.nextBoolean() ? 0 : 500);
  }

  private static double some(RandomGenerator random, double most) {
    if (random.nextBoolean()) {
      return 0;
    }
    double share = random.nextDouble();
    return most * share * share;
  }
}
