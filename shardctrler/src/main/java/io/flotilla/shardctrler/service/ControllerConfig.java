package io.flotilla.shardctrler.service;

import io.flotilla.base.check.Check;
import io.flotilla.shardctrler.rebalance.MoveLimits;

/**
 * How the controller behaves.
 *
 * @param limits how many shards move at once
 * @param blockLifeNanos how long the sessions of a leased block may be used
 */
public record ControllerConfig(MoveLimits limits, long blockLifeNanos) {
  /** 8 moves at once, blocks of one hour. */
  public static final ControllerConfig DEFAULT =
      new ControllerConfig(MoveLimits.DEFAULT, 3_600_000_000_000L);

  public ControllerConfig {
    Check.that(blockLifeNanos >= 1_000_000_000L, "a block lives at least a second");
  }
}
