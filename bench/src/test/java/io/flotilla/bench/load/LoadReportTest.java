package io.flotilla.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoadReportTest {
  private static LoadReport report(double seconds, long missed) {
    return new LoadReport("put", 64, seconds, 123_456, 220, 900, 1_800, 25_000, 3, 1, missed);
  }

  @Test
  void programsGetOneLineWithTheAgreedFields() {
    assertThat(report(10, 7).json())
        .isEqualTo(
            "{\"workload\":\"put\",\"concurrency\":64,\"seconds\":10,\"ops\":123456,"
                + "\"ops_s\":12345.6,\"p50_us\":220,\"p99_us\":900,\"p999_us\":1800,"
                + "\"max_us\":25000,\"errors\":3,\"unknown\":1}");
    assertThat(report(0.5, 0).json()).contains("\"seconds\":0.5,").contains("\"ops_s\":246912.0,");
  }

  @Test
  void peopleGetAHeadARowAndAWarningIfTheClusterFellBehind() {
    assertThat(report(10, 0).table().lines()).hasSize(2);
    assertThat(report(10, 7).table()).contains("7 operations that were due were never begun");
  }
}
