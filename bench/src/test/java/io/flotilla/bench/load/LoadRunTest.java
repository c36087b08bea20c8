package io.flotilla.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadRunTest {
  private static final double SECONDS = 0.05;

  private static LoadConfig config(Workload workload, double rate, Optional<Path> history) {
    return new LoadConfig(
        workload, 2, SECONDS, 0.01, rate, 500, 16, 32, history, Duration.ofSeconds(1));
  }

  @Test
  void loadsItsKeysThenMeasuresEveryWorkload() throws Exception {
    for (Workload workload : Workload.values()) {
      MemoryTarget target = new MemoryTarget();
      LoadReport report = LoadRun.run(target, config(workload, 0, Optional.empty()), Progress.NONE);
      assertThat(target.rows()).isGreaterThanOrEqualTo(500);
      assertThat(report.ops()).as(workload.word()).isPositive();
      assertThat(report.errors() + report.unknown()).isZero();
    }
  }

  @Test
  void anOpenLoopStartsWhatItWasToldAndNoMore() throws Exception {
    LoadReport report =
        LoadRun.run(
            new MemoryTarget(), config(Workload.PUT, 2_000, Optional.empty()), Progress.NONE);
    assertThat(report.ops() + report.missed()).isLessThanOrEqualTo(121);
  }

  @Test
  void writesAHistoryWhereItWasTold(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("history.jsonl");
    LoadRun.run(
        new MemoryTarget(), config(Workload.MIXED, 1_000, Optional.of(file)), Progress.NONE);
    assertThat(Files.readString(file)).contains("\"op\":\"init\"").contains("\"status\":\"ok\"");
  }
}
