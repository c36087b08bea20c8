package io.flotilla.bench.drill.report;

import io.flotilla.sim.history.OpKind;
import io.flotilla.sim.history.OpStatus;
import io.flotilla.sim.history.Operation;
import java.util.Arrays;
import java.util.List;

/**
 * How some operations ended.
 *
 * @param acknowledged how many were
 * @param errors operations that never took effect
 * @param unknown operations that may have taken effect
 * @param p50Millis latency of the acknowledged ones
 * @param p99Millis the same
 * @param unavailableMillis the longest one of them waited: so long did its shard give no answer
 * @param withoutWriteMillis the longest time without the acknowledgement of any write
 */
public record Cost(
    long acknowledged,
    long errors,
    long unknown,
    double p50Millis,
    double p99Millis,
    double unavailableMillis,
    double withoutWriteMillis) {
  static final double NANOS_A_MILLI = 1e6;

  static Cost of(List<Operation> operations, long from, long to) {
    long[] latencies = new long[operations.size()];
    long[] writes = new long[operations.size()];
    int acknowledged = 0;
    int written = 0;
    long errors = 0;
    long unknown = 0;
    for (Operation each : operations) {
      if (each.status() == OpStatus.OK) {
        long returned = each.returned().orElseThrow();
        latencies[acknowledged++] = returned - each.call();
        if (each.kind() != OpKind.GET && from <= returned && returned < to) {
          writes[written++] = returned;
        }
      } else if (each.status() == OpStatus.FAIL) {
        errors++;
      } else {
        unknown++;
      }
    }
    Arrays.sort(latencies, 0, acknowledged);
    Arrays.sort(writes, 0, written);
    return new Cost(
        acknowledged,
        errors,
        unknown,
        percentile(latencies, acknowledged, 50),
        percentile(latencies, acknowledged, 99),
        percentile(latencies, acknowledged, 100),
        longestGap(writes, written, from, to) / NANOS_A_MILLI);
  }

  private static double percentile(long[] sorted, int count, int percent) {
    if (count == 0) {
      return 0;
    }
    int rank = (int) Math.ceil(count * percent / 100.0);
    return sorted[Math.max(1, rank) - 1] / NANOS_A_MILLI;
  }

  private static long longestGap(long[] sorted, int count, long from, long to) {
    long longest = 0;
    long last = from;
    for (int i = 0; i < count; i++) {
      longest = Math.max(longest, sorted[i] - last);
      last = sorted[i];
    }
    return Math.max(longest, to - last);
  }
}
