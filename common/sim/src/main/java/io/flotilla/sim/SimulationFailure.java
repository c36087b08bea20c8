package io.flotilla.sim;

import java.util.List;

/** A run that broke an invariant: carries the seed that replays it and the last events. */
public final class SimulationFailure extends AssertionError {
  private static final long serialVersionUID = 1;
  private final long seed;
  private final String where;

  SimulationFailure(
      long seed, long nowNanos, String node, List<String> lastEvents, Throwable cause) {
    super(
        "seed "
            + seed
            + ", at "
            + Trace.seconds(nowNanos)
            + ", on "
            + node
            + ": "
            + cause
            + "\n  "
            + String.join("\n  ", lastEvents),
        cause);
    this.seed = seed;
    this.where = node;
  }

  /** The node whose task it was, or what else noticed it. */
  public String where() {
    return where;
  }

  /** The seed of the failed run. */
  public long seed() {
    return seed;
  }
}
