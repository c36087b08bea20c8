package io.flotilla.deploy.cli;

import io.flotilla.bench.cluster.SeedRunner;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.FlotillaCommand;
import io.flotilla.deploy.shell.Shell;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Whole clusters in deterministic simulation. */
@Command(
    name = "sim",
    description =
        "Run whole clusters under load, faults and moves in one thread and virtual time, each from"
            + " its seed; exit code 0 if every one held, 1 if any failed. A failure prints the seed,"
            + " what was violated and the command that replays it.")
final class SimCommand extends FlotillaCommand {
  private static final long NONE = -1;
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");

  @Option(
      names = "--seeds",
      paramLabel = "A-B",
      description = "the seeds to run (default: ${DEFAULT-VALUE})")
  private String seeds = "1-20";

  @Option(names = "--seed", paramLabel = "N", description = "one seed only")
  private long seed = NONE;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "stop after this time; without --seeds, seeds go on until then")
  private long minutes = NONE;

  @Option(
      names = "--trace",
      description = "print the seed's timeline, the same byte for byte on every run")
  private boolean isTraced;

  SimCommand(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    if (isTraced && seed == NONE) {
      throw CommandFailure.usage("--trace needs --seed");
    }
    if (minutes != NONE && minutes < 1) {
      throw CommandFailure.usage("--minutes is at least 1");
    }
    SeedRunner runner = new SeedRunner(shell().out());
    if (isTraced) {
      runner.trace(seed);
    } else {
      run(runner);
      runner.printCoverage();
    }
    runner.printTotals();
    return runner.failed() == 0 ? Exit.DONE : Exit.NO;
  }

  private void run(SeedRunner runner) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(minutes);
    if (seed != NONE) {
      runner.run(seed, seed, () -> false);
      return;
    }
    Matcher range = RANGE.matcher(seeds);
    if (!range.matches() || Long.parseLong(range.group(1)) > Long.parseLong(range.group(2))) {
      throw CommandFailure.usage("--seeds takes a range such as 1-100");
    }
    long from = Long.parseLong(range.group(1));
    boolean isOpen = minutes != NONE && seeds.equals("1-20");
    long to = isOpen ? Long.MAX_VALUE - 1 : Long.parseLong(range.group(2));
    runner.run(from, to, () -> minutes != NONE && System.nanoTime() - end >= 0);
  }
}
