package io.flotilla.bench.drill;

/**
 * What one step of a drill cost the clients that ran meanwhile.
 *
 * @param seconds how long it was watched
 * @param operations acknowledged
 * @param errors operations that never took effect
 * @param unknown operations that may have taken effect
 * @param p99Millis latency that 99 of 100 acknowledged operations stayed below
 * @param withoutServiceMillis the longest any operation waited for its acknowledgement: so long did
 *     its shard go without service
 */
public record StepCost(
    double seconds,
    long operations,
    long errors,
    long unknown,
    double p99Millis,
    double withoutServiceMillis) {}
