package io.flotilla.bench.cluster;

import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Runs whole-cluster seeds and says how they went: for each failure the seed, what was violated,
 * the last events and the command that replays it; in the end one line of totals. One thread.
 */
public final class SeedRunner {
  private static final long HOUR = 3_600_000_000_000L;

  private final PrintStream out;
  private final Map<Coverage.Place, Long> coverage = new EnumMap<>(Coverage.Place.class);
  private long seeds;
  private long nanos;
  private long faults;
  private long operations;
  private long failed;

  /** Prints to {@code out}. */
  public SeedRunner(PrintStream out) {
    this.out = out;
  }

  /** Runs seeds {@code from} to {@code to}, ending early when {@code enough} says so. */
  public void run(long from, long to, BooleanSupplier enough) {
    for (long seed = from; seed <= to && !enough.getAsBoolean(); seed++) {
      add(SeedRun.of(seed, Optional.empty()));
    }
  }

  /** Runs one seed and prints its whole timeline, the same one every time. */
  public void trace(long seed) {
    add(SeedRun.of(seed, Optional.of(out::println)));
  }

  /** How many seeds have failed so far. */
  public long failed() {
    return failed;
  }

  /** Prints how often interesting places were reached. */
  public void printCoverage() {
    coverage.forEach((place, count) -> out.println(place.label() + ": " + count));
  }

  /** Prints the totals; nothing else is printed after that. */
  public void printTotals() {
    out.println(totals());
  }

  /** The totals in one line. */
  String totals() {
    return seeds
        + " seeds, "
        + nanos / HOUR
        + "."
        + nanos % HOUR * 100 / HOUR / 10
        + nanos % HOUR * 100 / HOUR % 10
        + " simulated hours, "
        + faults
        + " faults, "
        + operations
        + " operations checked, "
        + failed
        + " failed";
  }

  Map<Coverage.Place, Long> coverage() {
    return coverage;
  }

  /** Takes the result of a seed into the totals. */
  void add(SeedResult result) {
    seeds++;
    nanos += result.nanos();
    faults += result.faults();
    operations += result.operations();
    result.coverage().forEach((place, count) -> coverage.merge(place, count, Long::sum));
    if (result.failure().isPresent()) {
      failed++;
      out.println(result.failure().get());
      out.println("replay: flotilla sim --seed " + result.seed() + " --trace");
    }
  }
}
