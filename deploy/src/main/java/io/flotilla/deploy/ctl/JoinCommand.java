package io.flotilla.deploy.ctl;

import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.v1.JoinGroup;
import io.flotilla.v1.JoinRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A new group. */
@Command(
    name = "join",
    description = "Make group GID on these nodes; shards move to it unless told otherwise.")
final class JoinCommand extends WaitingCommand {
  @Option(names = "--no-rebalance", description = "Leave the shards where they are.")
  private boolean hold;

  @Parameters(index = "0", paramLabel = "GID")
  private int gid;

  @Parameters(index = "1", arity = "1", split = ",", paramLabel = "NODE")
  private List<Integer> nodes = new ArrayList<>();

  JoinCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) {
    JoinRequest request =
        JoinRequest.newBuilder()
            .addGroups(JoinGroup.newBuilder().setGid(gid).addAllNodes(nodes))
            .setHold(hold)
            .build();
    long version = await(client.admin().join(request)).getVersion();
    return changed(client, version, WaitingCommand::isSpread);
  }
}
