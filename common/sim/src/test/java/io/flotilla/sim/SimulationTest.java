package io.flotilla.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.base.check.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** One seed is one run; what breaks in it can be found again. */
final class SimulationTest {
  private static final long SECOND = 1_000_000_000;

  @Test
  void theSameSeedGivesTheSameRun() {
    for (int seed = 0; seed < 10; seed++) {
      assertThat(hashOfTroubledRun(seed)).isEqualTo(hashOfTroubledRun(seed));
    }
  }

  @Test
  void anotherSeedGivesAnotherRun() {
    assertThat(hashOfTroubledRun(1)).isNotEqualTo(hashOfTroubledRun(2));
  }

  @Test
  void aRunGoesOnUnderFaults() {
    PingPong cluster = new PingPong(3, FaultPlan.drawn(new SplittableRandom(3)));
    cluster.trouble(SECOND);
    assertThat(cluster.passed()).isGreaterThan(100);
    assertThat(cluster.simulation.meter().counters())
        .containsKeys("flotilla_sim_kills_total", "flotilla_sim_power_losses_total");
  }

  @Test
  void aBrokenInvariantEndsTheRunWithItsSeed() {
    Simulation simulation = new Simulation(42);
    simulation.node("n").loop("main").execute(() -> Check.that(false, "one is two"));
    assertThatThrownBy(() -> simulation.runFor(SECOND))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("seed 42")
        .hasMessageContaining("one is two")
        .hasMessageContaining("on n");
    assertThatThrownBy(simulation::step).isInstanceOf(SimulationFailure.class);
  }

  @Test
  void invariantsAreJudgedAfterEveryEvent() {
    Simulation simulation = new Simulation(1);
    List<Long> judged = new ArrayList<>();
    simulation.afterEveryEvent(() -> judged.add(simulation.steps()));
    simulation.at(5, "first", () -> {});
    simulation.at(7, "second", () -> {});
    simulation.runFor(10);
    assertThat(judged).containsExactly(1L, 2L);
    assertThat(simulation.now()).isEqualTo(10);
  }

  @Test
  void aToleratedExceptionKillsTheNodeOnly() {
    Simulation simulation = new Simulation(1);
    SimNode node = simulation.node("n");
    simulation.tolerate((broken, thrown) -> broken == node);
    node.loop("main")
        .execute(
            () -> {
              throw new IllegalStateException("bad disk");
            });
    simulation.runFor(SECOND);
    assertThat(node.isAlive()).isFalse();
  }

  @Test
  void nothingOfAnOldLifeRunsInANewOne() {
    Simulation simulation = new Simulation(1);
    SimNode node = simulation.node("n");
    List<String> ran = new ArrayList<>();
    SimEventLoop old = node.loop("main");
    old.execute(() -> ran.add("old task"));
    old.schedule(100, () -> ran.add("old timer"));
    node.crash(false);
    node.restart(() -> node.loop("main").execute(() -> ran.add("new task")));
    old.execute(() -> ran.add("late old task"));
    simulation.runFor(SECOND);
    assertThat(ran).containsExactly("new task");
  }

  @Test
  void randomnessOfAComponentDependsOnItsNameOnly() {
    Simulation one = new Simulation(9);
    Simulation other = new Simulation(9);
    one.random("x").nextLong();
    assertThat(one.random("y").nextLong()).isEqualTo(other.random("y").nextLong());
    assertThat(one.random("z").nextLong()).isNotEqualTo(other.random("w").nextLong());
  }

  @Test
  void theTraceCanBeRead() {
    Simulation simulation = new Simulation(1);
    List<String> lines = new ArrayList<>();
    simulation.trace().sink(lines::add);
    simulation.at(1_500_000_000, "hello", () -> {});
    simulation.runFor(2 * SECOND);
    assertThat(lines).containsExactly("1.500000000 s  world  hello");
    assertThat(simulation.trace().last(5)).isEqualTo(lines);
  }

  private static long hashOfTroubledRun(long seed) {
    PingPong cluster = new PingPong(seed, FaultPlan.drawn(new SplittableRandom(seed)));
    cluster.trouble(SECOND / 2);
    return cluster.simulation.trace().hash();
  }
}
