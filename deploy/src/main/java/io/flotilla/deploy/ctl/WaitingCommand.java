package io.flotilla.deploy.ctl;

import io.flotilla.base.shard.ShardMap;
import io.flotilla.client.AdminClient;
import io.flotilla.client.FlotillaClient;
import io.flotilla.client.FlotillaException;
import io.flotilla.deploy.shell.ClientCommand;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Progress;
import io.flotilla.deploy.shell.Shell;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/** A change of the map that may be waited for. */
abstract class WaitingCommand extends ClientCommand {
  private static final long POLL_MILLIS = 100;

  @Option(
      names = "--wait",
      description = "Return when every shard it concerns has arrived; there is no time limit.")
  private boolean wait;

  WaitingCommand(Shell shell) {
    super(shell);
  }

  /** Says that the change is in the map, and waits until nothing it concerns is on its way. */
  final int changed(FlotillaClient client, long version, Predicate<ShardMap> isSettled) {
    shell().out().println("map version " + version);
    shell().out().flush();
    if (wait) {
      settle(client.admin(), version, isSettled);
    }
    return Exit.DONE;
  }

  /** Whether every shard is where it should be. */
  static boolean isSpread(ShardMap map) {
    return onTheirWay(map) == 0;
  }

  private void settle(AdminClient admin, long version, Predicate<ShardMap> isSettled) {
    Progress progress = new Progress(shell(), "shards moved");
    long atFirst = 0;
    boolean settled = false;
    while (!settled) {
      pause();
      ShardMap map = latest(admin, version);
      long left = onTheirWay(map);
      atFirst = Math.max(atFirst, left);
      progress.at(atFirst - left, atFirst == 0 ? 0 : (double) (atFirst - left) / atFirst);
      settled = map.version() >= version && isSettled.test(map);
    }
    progress.end("settled:", atFirst);
  }

  /** A controller that is electing a leader is no reason to stop waiting. */
  private ShardMap latest(AdminClient admin, long version) {
    while (true) {
      try {
        return await(admin.query(-1));
      } catch (FlotillaException failure) {
        if (failure.code() == FlotillaException.Code.INVALID_ARGUMENT) {
          throw failure;
        }
        shell()
            .say("still waiting for map version %d: %s", version, CommandFailure.reasonOf(failure));
        pause();
      }
    }
  }

  private static long onTheirWay(ShardMap map) {
    return map.shards().stream().filter(shard -> shard.owner() != shard.target()).count();
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw CommandFailure.of(Exit.UNKNOWN, "interrupted while waiting; the change goes on");
    }
  }
}
