package io.flotilla.deploy.ctl;

import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.v1.LeaveRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A group that goes. */
@Command(
    name = "leave",
    description = "Take group GID out of the cluster once its shards have moved away.")
final class LeaveCommand extends WaitingCommand {
  @Option(names = "--no-rebalance", description = "Leave the shards where they are.")
  private boolean hold;

  @Option(names = "--force", description = "Even if shards would be left without a group.")
  private boolean force;

  @Parameters(paramLabel = "GID")
  private int gid;

  LeaveCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) {
    LeaveRequest request =
        LeaveRequest.newBuilder().addGids(gid).setHold(hold).setForce(force).build();
    long version = await(client.admin().leave(request)).getVersion();
    return changed(
        client,
        version,
        map -> map.shards().stream().noneMatch(shard -> shard.owner() == gid) && isSpread(map));
  }
}
