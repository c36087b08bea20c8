package io.flotilla.deploy.ctl;

import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.Shell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** One shard to one group. */
@Command(name = "move", description = "Move SHARD to group GID.")
final class MoveCommand extends WaitingCommand {
  @Parameters(index = "0", paramLabel = "SHARD", converter = ShardNumber.class)
  private int shard;

  @Parameters(index = "1", paramLabel = "GID")
  private int gid;

  MoveCommand(Shell shell) {
    super(shell);
  }

  @Override
  protected int run(FlotillaClient client) {
    long version = await(client.admin().move(shard, gid)).getVersion();
    return changed(
        client,
        version,
        map -> shard < map.shardCount() && map.shard(shard).owner() == map.shard(shard).target());
  }
}
