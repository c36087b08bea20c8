package io.flotilla.bench.cluster;

import java.util.Map;
import java.util.Optional;

/**
 * How one seed went.
 *
 * @param seed which
 * @param failure what was violated, with the last events; empty if all held
 * @param nanos virtual time it lasted
 * @param faults how many there were
 * @param operations checked
 * @param traceHash equal for equal runs
 * @param coverage places it reached, and how often
 */
record SeedResult(
    long seed,
    Optional<String> failure,
    long nanos,
    long faults,
    long operations,
    long traceHash,
    Map<Coverage.Place, Long> coverage) {}
