package io.flotilla.deploy.ctl;

import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.v1.PlannedMove;
import io.flotilla.v1.RebalanceResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Spreads the shards evenly. */
@Command(
    name = "rebalance",
    description = "Spread the shards evenly with as few moves as it takes.")
final class RebalanceCommand extends WaitingCommand {
  @Option(names = "--dry-run", description = "Only say what would be moved.")
  private boolean dryRun;

  RebalanceCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) {
    RebalanceResponse plan = await(client.admin().rebalance(dryRun));
    for (PlannedMove move : plan.getMovesList()) {
      shell()
          .out()
          .printf("shard %d: group %d -> %d%n", move.getShard(), move.getFrom(), move.getTo());
    }
    return dryRun ? Exit.DONE : changed(client, plan.getVersion(), WaitingCommand::isSpread);
  }
}
