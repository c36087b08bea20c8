package io.flotilla.deploy.ctl;

import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.ClientCommand;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Shell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Keep SHARD where it is whatever is rebalanced. */
@Command(name = "pin", description = "Keep SHARD where it is whatever is rebalanced.")
final class PinCommand extends ClientCommand {
  @Parameters(paramLabel = "SHARD", converter = ShardNumber.class)
  private int shard;

  PinCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) {
    shell().out().println("map version " + await(client.admin().pin(shard)).getVersion());
    return Exit.DONE;
  }
}
