package io.flotilla.bench.cluster;

import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Runs whole-cluster seeds and says how they went: for each failure the seed, what was violated,
 * the last events and the command that replays it; in the end one line of totals. One thread.
 */
public final class SeedRunner {
  private static final long HOUR = 3_600_000_000_000L;

  private final PrintStream out;
  private final Map<Coverage.Place, Long> coverage = new EnumMap<>(Coverage.Place.class);
  private final TreeMap<String, Long> faults = new TreeMap<>();
  private long seeds;
  private long nanos;
  private long faultCount;
  private long operations;
  private long failed;

  /** Prints to {@code out}. */
  public SeedRunner(PrintStream out) {
    this.out = out;
  }

  /** Runs seeds {@code from} to {@code to}, ending early when {@code enough} says so. */
  public void run(long from, long to, BooleanSupplier enough) {
    for (long seed = from; seed <= to && !enough.getAsBoolean(); seed++) {
      add(SeedRun.of(seed, Drops.NONE, Optional.empty()));
    }
  }

  /** Runs one seed with something left out. */
  public void run(long seed, Drops drops) {
    add(SeedRun.of(seed, drops, Optional.empty()));
  }

  /** Runs one seed and prints its whole timeline, the same one every time. */
  public void trace(long seed, Drops drops) {
    add(SeedRun.of(seed, drops, Optional.of(out::println)));
  }

  /** Plays a scenario from seeds {@code from} to {@code to}, ending early as above. */
  public void play(Scenario scenario, long from, long to, BooleanSupplier enough) {
    for (long seed = from; seed <= to && !enough.getAsBoolean(); seed++) {
      add(ScenarioRun.of(scenario, seed, Optional.empty()));
    }
  }

  /** Plays a scenario from one seed and prints its whole timeline. */
  public void trace(Scenario scenario, long seed) {
    add(ScenarioRun.of(scenario, seed, Optional.of(out::println)));
  }

  /** Runs one seed and, if it fails, looks for the least that still fails in the same way. */
  public void shrink(long seed, Drops drops) {
    SeedResult result = SeedRun.of(seed, drops, Optional.empty());
    if (result.failure().isPresent()) {
      result = Shrinker.shrink(result, (same, less) -> SeedRun.of(same, less, Optional.empty()));
    }
    add(result);
  }

  /** How many seeds have failed so far. */
  public long failed() {
    return failed;
  }

  /** Prints how often interesting places were reached, and what went wrong how often. */
  public void printCoverage() {
    coverage.forEach((place, count) -> out.println(place.label() + ": " + count));
    out.println(
        "faults: "
            + String.join(
                ", ",
                faults.entrySet().stream()
                    .map(fault -> fault.getKey() + " " + fault.getValue())
                    .toList()));
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
        + faultCount
        + " faults, "
        + operations
        + " operations checked, "
        + failed
        + " failed";
  }

  Map<Coverage.Place, Long> coverage() {
    return coverage;
  }

  Map<String, Long> faults() {
    return faults;
  }

  /** Takes the result of a seed into the totals. */
  void add(SeedResult result) {
    seeds++;
    nanos += result.nanos();
    faultCount += result.faultCount();
    operations += result.operations();
    result.coverage().forEach((place, count) -> coverage.merge(place, count, Long::sum));
    result.faults().forEach((fault, count) -> faults.merge(fault, count, Long::sum));
    if (result.failure().isPresent()) {
      failed++;
      out.println(result.failure().get().text());
      out.println("replay: " + result.replay());
    }
  }
}
