package io.flotilla.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Whole lives of a cluster, each judged: the same two hundred in every build, and twenty that each
 * commit has for itself. Together they must go where bugs live.
 */
final class SeedsTest {
  private static final int SEEDS = Integer.getInteger("flotilla.clusterSeeds", 200);
  private static final int SEEDS_OF_COMMIT = 20;
  private static final int THREADS = 2;

  @Test
  void seedsHoldAndReachEveryPlace() throws Exception {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    SeedRunner runner = new SeedRunner(out);
    long own = firstOfCommit();
    out.println("seeds 1-" + SEEDS + " and " + own + "-" + (own + SEEDS_OF_COMMIT - 1));
    for (Future<SeedResult> result : results(own)) {
      runner.add(result.get());
    }
    runner.printCoverage();
    runner.printTotals();
    System.out.print(printed.toString(StandardCharsets.UTF_8));
    assertThat(runner.failed()).as(printed.toString(StandardCharsets.UTF_8)).isZero();
    assertThat(runner.coverage())
        .hasSize(Coverage.Place.values().length)
        .allSatisfy((place, count) -> assertThat(count).as(place.label()).isPositive());
    for (FaultKind kind : FaultKind.values()) {
      if (kind.isStruck()) {
        assertThat(runner.faults())
            .hasEntrySatisfying(kind.label(), n -> assertThat(n).isPositive());
      }
    }
  }

  private static List<Future<SeedResult>> results(long own) {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<SeedResult>> results = new ArrayList<>();
      for (long number = 1; number <= SEEDS + SEEDS_OF_COMMIT; number++) {
        long seed = number <= SEEDS ? number : own + number - SEEDS - 1;
        results.add(threads.submit(() -> SeedRun.of(seed, Drops.NONE, Optional.empty())));
      }
      return results;
    } finally {
      threads.shutdown();
    }
  }

  /** Every commit looks at lives nobody has seen; sources without a history look at the same. */
  private static long firstOfCommit() throws IOException, InterruptedException {
    Process git;
    try {
      git =
          new ProcessBuilder("git", "rev-parse", "HEAD")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException noGit) {
      return SEEDS + 1;
    }
    String hash = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    boolean isKnown = git.waitFor() == 0 && hash.length() >= 8;
    return isKnown ? 1_000 + Long.parseLong(hash.substring(0, 8), 16) : SEEDS + 1;
  }
}
