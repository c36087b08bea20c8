package io.flotilla.bench.cluster;

import io.flotilla.base.check.Check;
import io.flotilla.bench.judge.Judges;
import io.flotilla.bench.judge.Truth;
import io.flotilla.sim.Simulation;
import io.flotilla.sim.history.HistoryLine;
import io.flotilla.sim.history.check.CheckBudget;
import io.flotilla.sim.history.check.ExactlyOnce;
import io.flotilla.sim.history.check.LinearizabilityChecker;
import io.flotilla.sim.history.check.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** One whole life of a cluster: birth, load under faults and moves, healing, last look, verdict. */
final class SeedRun {
  private static final long SECOND = 1_000_000_000L;
  private static final int MACHINES = 8;
  private static final int LANES_EACH = 2;

  /** Operations that are outstanding at most. */
  static final int LANES = MACHINES * LANES_EACH;

  private static final long OPERATIONS_MIN = 540;
  private static final int COLD_KEYS_PER_STYLE = 14;
  private static final long BIRTH_NANOS_MAX = 10 * SECOND;
  private static final long LOAD_NANOS_MAX = 60 * SECOND;
  private static final long HEAL_NANOS_MAX = 30 * SECOND;

  private final Simulation simulation;
  private final SimCluster cluster;
  private final Truth truth = new Truth();
  private final Watch watch;
  private final Coverage coverage;
  private final Workload workload;
  private final Nemesis nemesis;
  private final Mover mover;
  private final Drops drops;

  private SeedRun(long seed, Drops drops, Optional<Consumer<String>> lines) {
    this.simulation = new Simulation(seed);
    this.drops = drops;
    RandomGenerator random = simulation.random("cluster");
    this.cluster = new SimCluster(simulation, ClusterConfig.drawn(random));
    this.watch = new Watch(cluster);
    this.coverage = new Coverage(truth, simulation.meter());
    Judges.of(truth, coverage::answeredAcrossAMove).forEach(watch::add);
    watch.add(coverage);
    this.workload =
        new Workload(
            cluster,
            new Keys(COLD_KEYS_PER_STYLE),
            new Workload.Size(MACHINES, LANES_EACH, drops.clients(), OPERATIONS_MIN, SECOND / 4));
    this.nemesis = new Nemesis(cluster, drops);
    this.mover = new Mover(cluster, truth, workload.recorder());
    simulation.afterEveryEvent(workload.recorder()::check);
    lines.ifPresent(this::tell);
  }

  private void tell(Consumer<String> lines) {
    Timeline timeline = new Timeline(simulation, lines);
    watch.add(timeline);
    truth.listen(timeline);
    workload.recorder().tell(timeline);
  }

  /**
   * Runs {@code seed} and judges it.
   *
   * @param drops what is left out of it
   * @param lines hears every line of the timeline
   */
  static SeedResult of(long seed, Drops drops, Optional<Consumer<String>> lines) {
    SeedRun run = new SeedRun(seed, drops, lines);
    Optional<Failure> failure = Optional.empty();
    try {
      run.live();
    } catch (AssertionError broken) {
      Simulation simulation = run.simulation;
      failure = Optional.of(Failure.of(seed, simulation.now(), simulation.trace(), broken));
    }
    return new SeedResult(
        Optional.empty(),
        seed,
        drops,
        failure,
        run.simulation.now(),
        run.faults(),
        run.nemesis.strikes(),
        run.workload.recorder().begun(),
        run.simulation.trace().hash(),
        run.coverage.counts());
  }

  private void live() {
    cluster.beBorn();
    Liveness liveness = new Liveness(cluster, watch, truth);
    liveness.await(BIRTH_NANOS_MAX);
    long window = (6 + simulation.random("window").nextInt(10)) * SECOND;
    workload.start(window);
    nemesis.start(window);
    if (drops.has(FaultKind.MOVES)) {
      mover.start();
    }
    simulation.runFor(window);
    nemesis.stop();
    mover.stop();
    workload.thinkFor(SECOND / 50);
    liveness.awaitService();
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

  /** What went wrong by itself, what was done by the nemesis, and what the mover asked for. */
  private Map<String, Long> faults() {
    TreeMap<String, Long> faults = new TreeMap<>();
    for (String each : List.of("lost", "duplicated", "long_delays", "slow_io")) {
      faults.put(
          each.replace('_', ' '), simulation.meter().counted("flotilla_sim_" + each + "_total"));
    }
    nemesis.counts().forEach((kind, count) -> faults.put(kind.label(), count));
    faults.put(FaultKind.MOVES.label(), mover.changes());
    return faults;
  }
}
