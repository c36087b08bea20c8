package io.flotilla.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.bench.scenario.Scenarios;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every scenario holds, whatever the seed decides. */
final class ScenariosTest {
  private static final long SEEDS = 3;

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("scenarios")
  void scenarioHolds(String name, long seed) {
    SeedResult result = ScenarioRun.of(Scenarios.find(name).orElseThrow(), seed, Optional.empty());

    assertThat(result.failure().map(Failure::text)).isEmpty();
    assertThat(result.operations()).isPositive();
  }

  static Stream<Arguments> scenarios() {
    return Scenarios.all().stream()
        .map(Scenario::name)
        .flatMap(
            name -> LongStream.rangeClosed(1, SEEDS).mapToObj(seed -> Arguments.of(name, seed)));
  }
}
