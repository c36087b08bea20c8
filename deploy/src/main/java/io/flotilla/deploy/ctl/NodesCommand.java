package io.flotilla.deploy.ctl;

import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.deploy.shell.Table;
import io.flotilla.v1.NodeStatus;
import java.io.IOException;
import picocli.CommandLine.Command;

/** The nodes that have registered. */
@Command(name = "nodes", description = "The nodes of the cluster and the groups on them.")
final class NodesCommand extends ListingCommand {
  NodesCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) throws IOException {
    Table table = new Table("node", "client", "peer", "controller", "reachable", "groups");
    for (NodeStatus node : await(client.admin().nodes()).getNodesList()) {
      table.row(
          node.getNode().getNode(),
          node.getNode().getClient(),
          node.getNode().getPeer(),
          node.getController(),
          node.getReachable(),
          node.getGroupsList());
    }
    print(table);
    return Exit.DONE;
  }
}
