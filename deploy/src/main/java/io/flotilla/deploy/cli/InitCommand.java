package io.flotilla.deploy.cli;

import io.flotilla.base.rpc.GrpcRpc;
import io.flotilla.base.rpc.RpcLimits;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.deploy.birth.ClusterBirth;
import io.flotilla.deploy.config.HostPort;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Durations;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.FlotillaCommand;
import io.flotilla.deploy.shell.Shell;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The birth of a cluster. */
@Command(
    name = "init",
    description =
        "Give birth to a cluster, once: its controllers learn who they are. An init that was cut"
            + " off is finished by the same command.")
final class InitCommand extends FlotillaCommand {
  @Option(
      names = "--controllers",
      required = true,
      split = ",",
      paramLabel = "ID=HOST:PORT",
      description = "Node ids and client ports of the first controllers.")
  private List<String> controllers = new ArrayList<>();

  @Option(
      names = "--shards",
      paramLabel = "N",
      description = "Shards, a power of two, for ever (default 256).")
  private int shards = 256;

  @Option(
      names = "--replicas",
      paramLabel = "R",
      description = "Replicas of a group unless it names its own (default 3).")
  private int replicas = 3;

  @Option(names = "--name", paramLabel = "NAME", description = "Beginning of the cluster's id.")
  private String name = "flotilla";

  @Option(
      names = "--timeout",
      converter = Durations.class,
      paramLabel = "DURATION",
      description = "How long a node may take to answer (default 10s).")
  private Duration timeout = Duration.ofSeconds(10);

  InitCommand(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    if (!KeySlot.isValidShardCount(shards)) {
      throw CommandFailure.usage(
          "--shards must be a power of two up to %d, not %d", KeySlot.SLOTS, shards);
    }
    if (replicas < 1) {
      throw CommandFailure.usage("--replicas must be at least 1, not %d", replicas);
    }
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
      throw CommandFailure.usage("--name takes letters, digits, dots and dashes, at most 64");
    }
    try (GrpcRpc rpc = new GrpcRpc(RpcLimits.DEFAULT)) {
      ClusterBirth birth = new ClusterBirth(rpc, new SecureRandom(), timeout.toNanos());
      shell().out().println(birth.carryOut(new ClusterBirth.Plan(name, named(), shards, replicas)));
    }
    return Exit.DONE;
  }

  private SortedMap<Integer, String> named() {
    SortedMap<Integer, String> named = new TreeMap<>();
    for (String each : controllers) {
      int equals = each.indexOf('=');
      String id = equals < 0 ? "" : each.substring(0, equals);
      boolean isAddress = HostPort.parse(each.substring(equals + 1)).isPresent();
      if (!id.matches("[1-9][0-9]{0,8}") || !isAddress) {
        throw CommandFailure.usage(
            "'%s' is not id=host:port, as in --controllers 1=127.0.0.1:7101", each);
      }
      String address = each.substring(equals + 1);
      if (named.containsValue(address) || named.put(Integer.parseInt(id), address) != null) {
        throw CommandFailure.usage("'%s' names a controller twice", each);
      }
    }
    return named;
  }
}
