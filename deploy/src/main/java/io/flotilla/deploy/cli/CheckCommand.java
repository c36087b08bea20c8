package io.flotilla.deploy.cli;

import io.flotilla.bench.drill.HistoryCheck;
import io.flotilla.bench.drill.Judgement;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.FlotillaCommand;
import io.flotilla.deploy.shell.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The verdict on a history. */
@Command(
    name = "check",
    description =
        "Say whether a recorded history is linearizable: exit code 0 yes, 1 no (the smallest"
            + " offending key is explained), 5 undecided.")
final class CheckCommand extends FlotillaCommand {
  @Parameters(paramLabel = "HISTORY.jsonl")
  private Path file = Path.of("");

  CheckCommand(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    if (!Files.isRegularFile(file)) {
      throw CommandFailure.usage("%s: no such file", file);
    }
    try {
      Judgement judgement = HistoryCheck.check(file);
      shell().out().println(judgement.text());
      return exit(judgement.kind());
    } catch (IOException malformed) {
      throw CommandFailure.usage("%s: %s", file, CommandFailure.reasonOf(malformed));
    }
  }

  /** What a verdict means to the shell. */
  static int exit(Judgement.Kind kind) {
    return switch (kind) {
      case LINEARIZABLE -> Exit.DONE;
      case VIOLATION -> Exit.NO;
      case UNDECIDED -> Exit.UNDECIDED;
    };
  }
}
