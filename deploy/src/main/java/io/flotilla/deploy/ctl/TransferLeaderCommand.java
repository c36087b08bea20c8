package io.flotilla.deploy.ctl;

import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.ClientCommand;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Shell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Another leader for one group. */
@Command(
    name = "transfer-leader",
    description = "Make NODE lead group GID; 0 is the controller's group.")
final class TransferLeaderCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "GID")
  private int gid;

  @Parameters(index = "1", paramLabel = "NODE")
  private int node;

  TransferLeaderCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) {
    if (gid < 0) {
      throw CommandFailure.usage("there is no group %d", gid);
    }
    if (node < 1) {
      throw CommandFailure.usage("there is no node %d; ids begin at 1", node);
    }
    int leader = await(client.admin().transferLeader(gid, node)).getLeader();
    shell().out().println("node " + leader + " leads group " + gid);
    return leader == node ? Exit.DONE : Exit.NO;
  }
}
