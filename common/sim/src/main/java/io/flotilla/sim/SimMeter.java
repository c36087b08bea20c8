package io.flotilla.sim;

import io.flotilla.base.Meter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A meter to assert on: counters, last values and sample counts by name. One thread. */
public final class SimMeter implements Meter {
  private final Map<String, long[]> counters = new LinkedHashMap<>();
  private final Map<String, double[]> gauges = new LinkedHashMap<>();

  /** A meter that starts at zero. */
  public SimMeter() {}

  @Override
  public void count(String name, long increment) {
    counters.computeIfAbsent(name, absent -> new long[1])[0] += increment;
  }

  @Override
  public void gauge(String name, double value) {
    gauges.computeIfAbsent(name, absent -> new double[1])[0] = value;
  }

  @Override
  public void observe(String name, double value) {
    count(name, 1);
  }

  /** What was counted, or how many samples were observed, under {@code name}. */
  public long counted(String name) {
    long[] counter = counters.get(name);
    return counter == null ? 0 : counter[0];
  }

  /** The last value of a gauge, 0 if it was never set. */
  public double gauged(String name) {
    double[] gauge = gauges.get(name);
    return gauge == null ? 0 : gauge[0];
  }

  /** All counters, sorted by name. */
  public SortedMap<String, Long> counters() {
    SortedMap<String, Long> sorted = new TreeMap<>();
    counters.forEach((name, counter) -> sorted.put(name, counter[0]));
    return sorted;
  }
}
