package io.flotilla.bench.cluster;

import io.flotilla.base.check.Check;
import io.flotilla.bench.judge.Judges;
import io.flotilla.bench.judge.Truth;
import io.flotilla.sim.Simulation;
import io.flotilla.sim.SimulationFailure;
import io.flotilla.sim.history.HistoryLine;
import io.flotilla.sim.history.check.CheckBudget;
import io.flotilla.sim.history.check.ExactlyOnce;
import io.flotilla.sim.history.check.LinearizabilityChecker;
import io.flotilla.sim.history.check.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** One whole life of a cluster: birth, load under faults and moves, healing, last look, verdict. */
final class SeedRun {
  private static final long SECOND = 1_000_000_000L;
  private static final int MACHINES = 5;
  private static final int LANES = 2;
  private static final long OPERATIONS = 540;
  private static final int COLD_KEYS_PER_STYLE = 14;
  private static final long BIRTH_NANOS_MAX = 10 * SECOND;
  private static final long LOAD_NANOS_MAX = 60 * SECOND;
  private static final long HEAL_NANOS_MAX = 30 * SECOND;

  private static final int LINES_SHOWN = 40;
  private static final int FRAMES_SHOWN = 14;

  private final Simulation simulation;
  private final SimCluster cluster;
  private final Truth truth = new Truth();
  private final Watch watch;
  private final Coverage coverage;
  private final Workload workload;
  private final Nemesis nemesis;
  private final Mover mover;

  private SeedRun(long seed, Optional<Consumer<String>> trace) {
    this.simulation = new Simulation(seed);
    trace.ifPresent(simulation.trace()::sink);
    RandomGenerator random = simulation.random("cluster");
    this.cluster = new SimCluster(simulation, ClusterConfig.drawn(random));
    this.watch = new Watch(cluster);
    this.coverage = new Coverage(truth, simulation.meter());
    Judges.of(truth, coverage::answeredAcrossAMove).forEach(watch::add);
    watch.add(coverage);
    this.workload =
        new Workload(
            cluster, new Keys(COLD_KEYS_PER_STYLE), MACHINES, LANES, OPERATIONS, SECOND / 5);
    this.nemesis = new Nemesis(cluster);
    this.mover = new Mover(cluster, truth, workload.recorder());
    simulation.afterEveryEvent(workload.recorder()::check);
  }

  /**
   * Runs {@code seed} and judges it.
   *
   * @param trace hears every line of the trace
   */
  static SeedResult of(long seed, Optional<Consumer<String>> trace) {
    SeedRun run = new SeedRun(seed, trace);
    Optional<String> failure = Optional.empty();
    try {
      run.live();
    } catch (SimulationFailure broken) {
      failure = Optional.of(broken.getMessage() + where(broken));
    } catch (AssertionError broken) {
      failure = Optional.of(run.describe(broken));
    }
    return new SeedResult(
        seed,
        failure,
        run.simulation.now(),
        run.faults(),
        run.workload.recorder().begun(),
        run.simulation.trace().hash(),
        run.coverage.counts());
  }

  private void live() {
    cluster.beBorn();
    Liveness liveness = new Liveness(cluster, watch, truth);
    liveness.await(BIRTH_NANOS_MAX);
    workload.start();
    nemesis.start();
    mover.start();
    long window = (6 + simulation.random("window").nextInt(10)) * SECOND;
    simulation.runFor(window);
    nemesis.stop();
    mover.stop();
    workload.thinkFor(SECOND / 50);
    liveness.await(HEAL_NANOS_MAX);
    Check.that(
        simulation.runUntil(workload::isDone, LOAD_NANOS_MAX), "liveness: calls without an end");
    workload.lookAgain();
    Check.that(
        simulation.runUntil(workload::isRead, HEAL_NANOS_MAX),
        "liveness: the last look was not answered");
    judge(workload.recorder().lines());
  }

  private static void judge(List<HistoryLine> history) {
    Verdict verdict = LinearizabilityChecker.check(history, CheckBudget.DEFAULT);
    Check.that(verdict.isLinearizable(), "linearizability: %s", verdict.text());
    ExactlyOnce.Counts counts = ExactlyOnce.count(history);
    Check.that(counts.held(), "exactly once: %s", counts);
  }

  private String describe(AssertionError broken) {
    return "seed "
        + simulation.seed()
        + ", at the end: "
        + broken.getMessage()
        + "\n  "
        + String.join("\n  ", simulation.trace().last(LINES_SHOWN))
        + where(broken);
  }

  /** Where in the code it was noticed. */
  private static String where(Throwable broken) {
    StringBuilder frames = new StringBuilder();
    for (Throwable at = broken; at != null; at = at.getCause()) {
      frames.append("\n").append(at.getClass().getName());
      StackTraceElement[] stack = at.getStackTrace();
      for (int frame = 0; frame < Math.min(FRAMES_SHOWN, stack.length); frame++) {
        frames.append("\n    at ").append(stack[frame]);
      }
    }
    return frames.toString();
  }

  private long faults() {
    long byPlan =
        simulation.meter().counters().entrySet().stream()
            .filter(counter -> counter.getKey().startsWith("flotilla_sim_"))
            .mapToLong(counter -> counter.getValue())
            .sum();
    return byPlan + mover.changes();
  }
}
