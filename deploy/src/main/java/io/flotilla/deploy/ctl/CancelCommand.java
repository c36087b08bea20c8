package io.flotilla.deploy.ctl;

import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.ClientCommand;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Shell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Give up a move that is not committed; its shard stays where it is. */
@Command(
    name = "cancel",
    description = "Give up a move that is not committed; its shard stays where it is.")
final class CancelCommand extends ClientCommand {
  @Parameters(paramLabel = "MOVE")
  private long move;

  CancelCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) {
    shell().out().println("map version " + await(client.admin().cancel(move)).getVersion());
    return Exit.DONE;
  }
}
