package io.flotilla.bench.cluster;

import java.util.Map;
import java.util.Optional;

/**
 * How one seed went.
 *
 * @param scenario its name; empty if it was a random life
 * @param seed which
 * @param drops what was left out of it
 * @param failure what was violated; empty if all held
 * @param nanos virtual time it lasted
 * @param faults how many there were, by name
 * @param strikes the number of the last fault that could be left out by number
 * @param operations checked
 * @param traceHash equal for equal runs
 * @param coverage places it reached, and how often
 */
record SeedResult(
    Optional<String> scenario,
    long seed,
    Drops drops,
    Optional<Failure> failure,
    long nanos,
    Map<String, Long> faults,
    long strikes,
    long operations,
    long traceHash,
    Map<Coverage.Place, Long> coverage) {
  /** How many faults there were in all. */
  long faultCount() {
    return faults.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The command that runs it again. */
  String replay() {
    String what = scenario.map(name -> " --scenario " + name).orElse("");
    return "flotilla sim" + what + " --seed " + seed + drops.options() + " --trace";
  }
}
