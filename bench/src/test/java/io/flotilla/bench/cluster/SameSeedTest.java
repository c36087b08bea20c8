package io.flotilla.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A seed is a whole life: run again, here or in another process, it is the same life. */
final class SameSeedTest {
  private static final long SEEDS = 20;
  private static final long SEEDS_ELSEWHERE = 3;

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theSameSeedGivesTheSameTrace(long seed) {
    SeedResult once = SeedRun.of(seed, Drops.NONE, Optional.empty());
    SeedResult again = SeedRun.of(seed, Drops.NONE, Optional.empty());
    assertThat(again).isEqualTo(once);
    assertThat(once.traceHash()).isNotZero();
  }

  @Test
  void theSameSeedGivesTheSameTimelineInAnotherJvm() throws Exception {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                Elsewhere.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String there = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(other.waitFor()).isZero();

    assertThat(there).isEqualTo(Elsewhere.summary());
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, SEEDS);
  }

  /** The program of the other process. */
  static final class Elsewhere {
    private Elsewhere() {}

    public static void main(String[] args) {
      System.out.print(summary());
    }

    /** What came of some seeds, timelines included. */
    static String summary() {
      StringBuilder summary = new StringBuilder();
      for (long seed = 1; seed <= SEEDS_ELSEWHERE; seed++) {
        List<String> lines = new ArrayList<>();
        SeedResult result = SeedRun.of(seed, Drops.NONE, Optional.of(lines::add));
        summary
            .append(seed)
            .append(' ')
            .append(result.traceHash())
            .append(' ')
            .append(lines.size())
            .append(' ')
            .append(lines.hashCode())
            .append(' ')
            .append(result.operations())
            .append('\n');
      }
      return summary.toString();
    }
  }
}
