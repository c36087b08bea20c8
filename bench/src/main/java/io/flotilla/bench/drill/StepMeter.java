package io.flotilla.bench.drill;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Counts what clients see from one step to the next. Owned by one loop. */
final class StepMeter {
  private static final double NANOS_A_MILLI = 1e6;
  private static final double NANOS_A_SECOND = 1e9;

  private final long startNanos;
  private final Histogram latencies = new Histogram(TimeUnit.MINUTES.toNanos(10), 3);
  private long errors;
  private long unknown;

  StepMeter(long startNanos) {
    this.startNanos = startNanos;
  }

  void acknowledged(long nanos) {
    latencies.recordValue(Math.min(nanos, latencies.getHighestTrackableValue()));
  }

  void failed() {
    errors++;
  }

  void unknown() {
    unknown++;
  }

  StepCost cost(long nowNanos) {
    return new StepCost(
        (nowNanos - startNanos) / NANOS_A_SECOND,
        latencies.getTotalCount(),
        errors,
        unknown,
        latencies.getValueAtPercentile(99) / NANOS_A_MILLI,
        latencies.getMaxValue() / NANOS_A_MILLI);
  }
}
