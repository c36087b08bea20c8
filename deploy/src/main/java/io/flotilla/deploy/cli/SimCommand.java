package io.flotilla.deploy.cli;

import io.flotilla.bench.cluster.Drops;
import io.flotilla.bench.cluster.Scenario;
import io.flotilla.bench.cluster.SeedRunner;
import io.flotilla.bench.scenario.Scenarios;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.FlotillaCommand;
import io.flotilla.deploy.shell.Shell;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Whole clusters in deterministic simulation. */
@Command(
    name = "sim",
    description =
        "Run whole clusters under load, faults and moves in one thread and virtual time, each from"
            + " its seed; exit code 0 if every one held, 1 if any failed. A failure prints the"
            + " seed, what was violated and the command that replays it.")
final class SimCommand extends FlotillaCommand {
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");
  private static final Range DEFAULT = new Range(1, 20);
  private static final Range DEFAULT_OF_SCENARIO = new Range(1, 3);
  private static final long LAST_SEED = Long.MAX_VALUE - 1;

  @Option(
      names = "--seeds",
      paramLabel = "A-B",
      description = "the seeds to run (default: 1-20; with --scenario: 1-3)")
  private Optional<String> seeds = Optional.empty();

  @Option(names = "--seed", paramLabel = "N", description = "one seed only")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "stop after this time; without --seeds, seeds go on from 1 until then")
  private Optional<Long> minutes = Optional.empty();

  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      completionCandidates = ScenarioNames.class,
      description = "one situation instead of random ones: ${COMPLETION-CANDIDATES}")
  private Optional<String> scenario = Optional.empty();

  @Option(
      names = "--trace",
      description = "print the seed's timeline, the same byte for byte on every run")
  private boolean isTraced;

  @Option(
      names = "--shrink",
      description = "when the seed fails, leave out faults and clients while it fails the same way")
  private boolean isShrunk;

  @Option(
      names = "--without",
      paramLabel = "FAULT,..",
      description = "leave these faults out of the seed: ${COMPLETION-CANDIDATES}",
      completionCandidates = FaultNames.class)
  private Optional<String> without = Optional.empty();

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "at most so many operations outstanding")
  private Optional<Integer> clients = Optional.empty();

  @Option(
      names = "--strikes",
      paramLabel = "A-B",
      description = "of the faults that are done one by one, only those with these numbers")
  private Optional<String> strikes = Optional.empty();

  /** Seeds or faults, both ends included. */
  private record Range(long from, long to) {}

  SimCommand(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    check();
    Drops drops = drops();
    SeedRunner runner = new SeedRunner(shell().out());
    if (scenario.isPresent()) {
      play(runner, scenarioOf(scenario.get()));
    } else if (isTraced) {
      runner.trace(seed.orElseThrow(), drops);
    } else if (isShrunk) {
      runner.shrink(seed.orElseThrow(), drops);
    } else {
      run(runner, drops);
      runner.printCoverage();
    }
    runner.printTotals();
    return runner.failed() == 0 ? Exit.DONE : Exit.NO;
  }

  private void check() {
    boolean isReduced = without.isPresent() || clients.isPresent() || strikes.isPresent();
    if ((isTraced || isShrunk || isReduced) && seed.isEmpty()) {
      throw CommandFailure.usage(
          "--trace, --shrink, --without, --clients and --strikes need --seed");
    }
    if (seed.isPresent() && (seeds.isPresent() || minutes.isPresent())) {
      throw CommandFailure.usage("--seed is one seed: leave out --seeds and --minutes");
    }
    if (minutes.isPresent() && minutes.get() < 1) {
      throw CommandFailure.usage("--minutes is at least 1");
    }
    if (scenario.isPresent() && (isShrunk || isReduced)) {
      throw CommandFailure.usage("a scenario has no faults or clients to leave out");
    }
  }

  private Drops drops() {
    Drops drops = Drops.NONE;
    if (without.isPresent()) {
      drops =
          drops
              .without(without.get())
              .orElseThrow(
                  () -> CommandFailure.usage("--without takes some of: %s", Drops.names()));
    }
    if (clients.isPresent()) {
      if (clients.get() < 1) {
        throw CommandFailure.usage("--clients is at least 1");
      }
      drops = drops.clients(clients.get());
    }
    if (strikes.isPresent()) {
      Range range = range("--strikes", strikes.get());
      drops = drops.strikes(range.from(), range.to());
    }
    return drops;
  }

  private void run(SeedRunner runner, Drops drops) {
    if (seed.isPresent()) {
      runner.run(seed.get(), drops);
    } else {
      Range range = seedsOr(DEFAULT);
      runner.run(range.from(), range.to(), enough());
    }
  }

  private void play(SeedRunner runner, Scenario played) {
    if (isTraced) {
      runner.trace(played, seed.orElseThrow());
    } else if (seed.isPresent()) {
      runner.play(played, seed.get(), seed.get(), () -> false);
    } else {
      Range range = seedsOr(DEFAULT_OF_SCENARIO);
      runner.play(played, range.from(), range.to(), enough());
    }
  }

  /** The seeds asked for; with a time to stop at and no range, they have no end. */
  private Range seedsOr(Range usual) {
    if (seeds.isPresent()) {
      return range("--seeds", seeds.get());
    }
    return minutes.isPresent() ? new Range(1, LAST_SEED) : usual;
  }

  private BooleanSupplier enough() {
    if (minutes.isEmpty()) {
      return () -> false;
    }
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes.get());
    return () -> System.nanoTime() - end >= 0;
  }

  private static Range range(String option, String text) {
    Matcher range = RANGE.matcher(text);
    if (!range.matches() || Long.parseLong(range.group(1)) > Long.parseLong(range.group(2))) {
      throw CommandFailure.usage("%s takes a range such as 1-100", option);
    }
    return new Range(Long.parseLong(range.group(1)), Long.parseLong(range.group(2)));
  }

  private static Scenario scenarioOf(String name) {
    return Scenarios.find(name)
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "no such scenario: %s; there are %s",
                    name, String.join(", ", new ScenarioNames())));
  }

  /** For help and completion. */
  static final class ScenarioNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Scenarios.all().stream().map(Scenario::name).iterator();
    }
  }

  /** For help and completion. */
  static final class FaultNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of(Drops.names().split(", ", -1)).iterator();
    }
  }
}
