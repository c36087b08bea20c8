package io.flotilla.bench.cluster;

import io.flotilla.sim.Simulation;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One scenario from one seed, which decides all that the scenario leaves open. */
final class ScenarioRun {
  private ScenarioRun() {}

  /** Plays {@code scenario} and judges it; {@code lines} hears the timeline. */
  static SeedResult of(Scenario scenario, long seed, Optional<Consumer<String>> lines) {
    Simulation simulation = new Simulation(seed);
    Scene scene = new Scene(simulation);
    lines.ifPresent(scene::tell);
    Optional<Failure> failure = Optional.empty();
    try {
      scene.begin();
      scenario.play(scene);
      scene.end();
    } catch (AssertionError broken) {
      failure = Optional.of(Failure.of(seed, simulation.now(), simulation.trace(), broken));
    }
    long faults =
        simulation.meter().counters().entrySet().stream()
            .filter(counter -> counter.getKey().startsWith("flotilla_sim_"))
            .mapToLong(Map.Entry::getValue)
            .sum();
    return new SeedResult(
        Optional.of(scenario.name()),
        seed,
        Drops.NONE,
        failure,
        simulation.now(),
        Collections.singletonMap("directed", faults),
        0,
        scene.operations(),
        simulation.trace().hash(),
        Collections.emptyMap());
  }
}
