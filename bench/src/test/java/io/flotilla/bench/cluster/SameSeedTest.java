package io.flotilla.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A seed is a whole life: run again, it is the same life. */
final class SameSeedTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theSameSeedGivesTheSameTrace(long seed) {
    SeedResult once = SeedRun.of(seed, Optional.empty());
    SeedResult again = SeedRun.of(seed, Optional.empty());
    assertThat(again).isEqualTo(once);
    assertThat(once.traceHash()).isNotZero();
  }
}
