package io.flotilla.deploy.cli;

import io.flotilla.bench.lab.Lab;
import io.flotilla.bench.lab.LabOptions;
import io.flotilla.bench.lab.Policy;
import io.flotilla.bench.lab.Scenario;
import io.flotilla.bench.lab.Story;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.FlotillaCommand;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.deploy.shell.Table;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The situations consensus is explained with, as step tables. */
@Command(
    name = "lab",
    description =
        "Play a situation on the real code in simulation and print it step by step: who leads, what"
            + " each log holds, and why it came out so. Without a name, list the situations.")
final class LabCommand extends FlotillaCommand {
  @Parameters(paramLabel = "NAME", arity = "0..1", description = "the situation")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "from which chance is drawn, where there is any (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      description = "split-brain only: show this policy of two servers alone (any, all)")
  private Optional<Policy> policy = Optional.empty();

  LabCommand(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() throws IOException {
    if (name.isEmpty()) {
      Table table = new Table("NAME", "SHOWS");
      Lab.scenarios().forEach(each -> table.row(each.name(), each.claim()));
      table.print(shell().out(), Table.Format.TABLE);
      return Exit.DONE;
    }
    Scenario scenario =
        Lab.find(name.get())
            .orElseThrow(
                () ->
                    CommandFailure.usage(
                        "there is no situation \"%s\"; there are: %s", name.get(), names()));
    if (policy.isPresent() && !scenario.name().equals("split-brain")) {
      throw CommandFailure.usage("--policy belongs to split-brain");
    }
    scenario.tell(new Story(shell().out()), new LabOptions(seed, policy));
    return Exit.DONE;
  }

  private static String names() {
    return Lab.scenarios().stream().map(Scenario::name).collect(Collectors.joining(", "));
  }
}
