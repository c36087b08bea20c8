package io.flotilla.bench.load;

import java.util.Locale;

/**
 * What a load measured. Immutable, any thread.
 *
 * @param workload its name
 * @param concurrency operations under way at one time
 * @param seconds how long was measured
 * @param ops acknowledged answers
 * @param p50Micros latency of an acknowledged answer; in an open loop from its intended start
 * @param errors operations that never took effect
 * @param unknown operations that may have taken effect
 * @param missed starts of an open loop that fell due and were never made, as all slots were taken
 */
public record LoadReport(
    String workload,
    int concurrency,
    double seconds,
    long ops,
    long p50Micros,
    long p99Micros,
    long p999Micros,
    long maxMicros,
    long errors,
    long unknown,
    long missed) {

  /** Acknowledged answers a second. */
  public double opsPerSecond() {
    return ops / seconds;
  }

  /** One line for programs. */
  public String json() {
    return String.format(
        Locale.ROOT,
        "{\"workload\":\"%s\",\"concurrency\":%d,\"seconds\":%s,\"ops\":%d,\"ops_s\":%.1f,"
            + "\"p50_us\":%d,\"p99_us\":%d,\"p999_us\":%d,\"max_us\":%d,\"errors\":%d,"
            + "\"unknown\":%d}",
        workload,
        concurrency,
        shortest(seconds),
        ops,
        opsPerSecond(),
        p50Micros,
        p99Micros,
        p999Micros,
        maxMicros,
        errors,
        unknown);
  }

  /** A few lines for people, ended by a line break. */
  public String table() {
    String head =
        String.format(
            Locale.ROOT,
            "%-10s %11s %9s %10s %12s %9s %9s %9s %9s %8s %8s%n",
            "workload",
            "concurrency",
            "seconds",
            "ops",
            "ops/s",
            "p50 us",
            "p99 us",
            "p99.9 us",
            "max us",
            "errors",
            "unknown");
    String row =
        String.format(
            Locale.ROOT,
            "%-10s %11d %9s %10d %12.1f %9d %9d %9d %9d %8d %8d%n",
            workload,
            concurrency,
            shortest(seconds),
            ops,
            opsPerSecond(),
            p50Micros,
            p99Micros,
            p999Micros,
            maxMicros,
            errors,
            unknown);
    return missed == 0 ? head + row : head + row + behind();
  }

  private String behind() {
    return String.format(
        Locale.ROOT,
        "the cluster was slower than --rate: %d operations that were due were never begun%n",
        missed);
  }

  private static String shortest(double seconds) {
    return seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
  }
}
