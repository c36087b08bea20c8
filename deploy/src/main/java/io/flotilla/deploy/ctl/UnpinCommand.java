package io.flotilla.deploy.ctl;

import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.ClientCommand;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Shell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Let a pinned SHARD move again. */
@Command(name = "unpin", description = "Let a pinned SHARD move again.")
final class UnpinCommand extends ClientCommand {
  @Parameters(paramLabel = "SHARD", converter = ShardNumber.class)
  private int shard;

  UnpinCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) {
    shell().out().println("map version " + await(client.admin().unpin(shard)).getVersion());
    return Exit.DONE;
  }
}
