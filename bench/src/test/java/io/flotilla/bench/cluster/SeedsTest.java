package io.flotilla.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A hundred whole lives of a cluster, each judged; together they must go where bugs live. */
final class SeedsTest {
  private static final int SEEDS = 100;
  private static final int THREADS = 2;

  @Test
  void aHundredSeedsHoldAndReachEveryPlace() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    SeedRunner runner = new SeedRunner(new PrintStream(printed, true, StandardCharsets.UTF_8));
    for (Future<SeedResult> result : results()) {
      runner.add(result.get());
    }
    runner.printCoverage();
    runner.printTotals();
    System.out.print(printed.toString(StandardCharsets.UTF_8));
    assertThat(runner.failed()).as(printed.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(runner.coverage())
        .hasSize(Coverage.Place.values().length)
        .allSatisfy((place, count) -> assertThat(count).as(place.label()).isPositive());
  }

  private static List<Future<SeedResult>> results() {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<SeedResult>> results = new ArrayList<>();
      for (long seed = 1; seed <= SEEDS; seed++) {
        long mine = seed;
        results.add(threads.submit(() -> SeedRun.of(mine, Optional.empty())));
      }
      return results;
    } finally {
      threads.shutdown();
    }
  }
}
