package io.flotilla.deploy.server;

import io.flotilla.base.Meter;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts for Prometheus; a metric appears when it is first used. Any thread. */
final class PrometheusMeter implements Meter {
  private final PrometheusRegistry registry;
  private final Map<String, Counter> counters = new ConcurrentHashMap<>();
  private final Map<String, Gauge> gauges = new ConcurrentHashMap<>();
  private final Map<String, Histogram> histograms = new ConcurrentHashMap<>();

  PrometheusMeter(PrometheusRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void count(String name, long increment) {
    Counter known = counters.get(name);
    if (known == null) {
      known = counters.computeIfAbsent(name, this::counter);
    }
    known.inc(increment);
  }

  @Override
  public void gauge(String name, double value) {
    Gauge known = gauges.get(name);
    if (known == null) {
      known = gauges.computeIfAbsent(name, this::gauge);
    }
    known.set(value);
  }

  @Override
  public void observe(String name, double value) {
    Histogram known = histograms.get(name);
    if (known == null) {
      known = histograms.computeIfAbsent(name, this::histogram);
    }
    known.observe(value);
  }

  private Counter counter(String name) {
    return Counter.builder().name(name).register(registry);
  }

  private Gauge gauge(String name) {
    return Gauge.builder().name(name).register(registry);
  }

  /** Classic buckets from 16 us or 16 bytes up; Prometheus servers of any age read them. */
  private Histogram histogram(String name) {
    boolean isTime = name.endsWith("_seconds");
    return Histogram.builder()
        .name(name)
        .classicOnly()
        .classicExponentialUpperBounds(isTime ? 16e-6 : 16, 2, 20)
        .register(registry);
  }
}
