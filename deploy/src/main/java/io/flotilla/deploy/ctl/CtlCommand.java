package io.flotilla.deploy.ctl;

import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.FlotillaCommand;
import io.flotilla.deploy.shell.Shell;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands of the controller, under one name. */
@Command(name = "ctl", description = "Ask the controller, or tell it what should be.")
public final class CtlCommand extends FlotillaCommand {
  public CtlCommand(Shell shell) {
    super(shell);
  }

  /** With all its commands. */
  public static CommandLine line(Shell shell) {
    CommandLine line = new CommandLine(new CtlCommand(shell));
    List<Object> commands =
        List.of(
            new StatusCommand(shell),
            new NodesCommand(shell),
            new QueryCommand(shell),
            new JoinCommand(shell),
            new LeaveCommand(shell),
            new MoveCommand(shell),
            new RebalanceCommand(shell),
            new MovesCommand(shell),
            new CancelCommand(shell),
            new PinCommand(shell),
            new UnpinCommand(shell),
            new TransferLeaderCommand(shell));
    commands.forEach(line::addSubcommand);
    return line;
  }

  @Override
  public Integer call() {
    throw CommandFailure.usage("ctl needs a command: see flotilla ctl --help");
  }
}
