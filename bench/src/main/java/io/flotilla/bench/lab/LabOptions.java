package io.flotilla.bench.lab;

import java.util.Optional;

/**
 * What a listener may choose.
 *
 * @param seed from which everything random is drawn
 * @param policy the one policy of two servers to show; empty for all of them
 */
public record LabOptions(long seed, Optional<Policy> policy) {
  /** Seed 1, everything shown. */
  public static final LabOptions DEFAULT = new LabOptions(1, Optional.empty());
}
