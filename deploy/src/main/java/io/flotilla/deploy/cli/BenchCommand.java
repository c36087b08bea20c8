package io.flotilla.deploy.cli;

import com.google.errorprone.annotations.FormatMethod;
import io.flotilla.bench.load.LoadConfig;
import io.flotilla.bench.load.LoadReport;
import io.flotilla.bench.load.LoadRun;
import io.flotilla.bench.load.Progress;
import io.flotilla.bench.load.Workload;
import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.ClientCommand;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A load and its figures. */
@Command(
    name = "bench",
    description =
        "Load the cluster and say how many answers came and how soon: a closed loop with N"
            + " operations outstanding, or an open loop at --rate.")
final class BenchCommand extends ClientCommand {
  @Option(
      names = "--workload",
      required = true,
      paramLabel = "W",
      description = "put, get, mixed, or a to f as YCSB has them.")
  private String workload = "";

  @Option(
      names = "--concurrency",
      required = true,
      paramLabel = "N",
      description = "Operations outstanding at one time.")
  private int concurrency;

  @Option(names = "--seconds", required = true, paramLabel = "S", description = "How long.")
  private double seconds;

  @Option(
      names = "--warmup",
      paramLabel = "S",
      description = "How long the same load runs before (default 2).")
  private double warmup = LoadConfig.WARMUP_SECONDS_DEFAULT;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Start R operations a second, answered or not.")
  private Optional<Double> rate = Optional.empty();

  @Option(names = "--keys", paramLabel = "N", description = "Default 100000.")
  private int keys = LoadConfig.KEYS_DEFAULT;

  @Option(names = "--key-bytes", paramLabel = "N", description = "Default 16.")
  private int keyBytes = LoadConfig.KEY_BYTES_DEFAULT;

  @Option(names = "--value-bytes", paramLabel = "N", description = "Default 128.")
  private int valueBytes = LoadConfig.VALUE_BYTES_DEFAULT;

  @Option(names = "--history", paramLabel = "FILE", description = "Record what clients saw.")
  private Optional<Path> history = Optional.empty();

  @Option(names = "--json", description = "Print one line of JSON.")
  private boolean json;

  BenchCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) throws IOException {
    try {
      LoadReport report = LoadRun.run(client, load(), new Watcher());
      shell().out().print(json ? report.json() + System.lineSeparator() : report.table());
      return Exit.DONE;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw CommandFailure.of(Exit.UNKNOWN, "the load was interrupted");
    }
  }

  private LoadConfig load() {
    if (rate.isPresent() && rate.get() <= 0) {
      throw CommandFailure.usage("--rate must be above 0");
    }
    try {
      return new LoadConfig(
          Workload.named(workload),
          concurrency,
          seconds,
          warmup,
          rate.orElse(0.0),
          keys,
          keyBytes,
          valueBytes,
          history,
          timeout());
    } catch (IllegalArgumentException wrong) {
      throw CommandFailure.usage("%s", CommandFailure.reasonOf(wrong));
    }
  }

  /** Draws one line on a terminal. */
  private final class Watcher implements Progress {
    @Override
    public void loading(long done, long keys) {
      draw("loading keys: %d of %d", done, keys);
      if (done == keys) {
        draw("");
      }
    }

    @Override
    public void running(double elapsedSeconds, double totalSeconds, long answers) {
      draw("%.0f of %.0f s, %d answers", elapsedSeconds, totalSeconds, answers);
    }

    @FormatMethod
    private void draw(String format, Object... arguments) {
      if (shell().terminal()) {
        shell().err().print("\r" + String.format(format, arguments) + "\u001b[K");
        shell().err().flush();
      }
    }
  }
}
