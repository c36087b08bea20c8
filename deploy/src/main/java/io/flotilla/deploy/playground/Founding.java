package io.flotilla.deploy.playground;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.GrpcRpc;
import io.flotilla.base.rpc.RpcLimits;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.client.AdminClient;
import io.flotilla.client.ClientConfig;
import io.flotilla.client.FlotillaClient;
import io.flotilla.client.FlotillaException;
import io.flotilla.deploy.birth.ClusterBirth;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * From servers that run to a cluster that serves: birth, registration, groups, first ownership.
 * Every step looks first whether it is done already, so a playground carries on where it was cut
 * off. One thread.
 */
final class Founding {
  private static final long SERVE_NANOS_MAX = TimeUnit.SECONDS.toNanos(120);
  private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long POLL_MILLIS = 25;

  private final Layout layout;
  private final Servers servers;
  private final long deadline = System.nanoTime() + SERVE_NANOS_MAX;

  Founding(Layout layout, Servers servers) {
    this.layout = layout;
    this.servers = servers;
  }

  /** Returns when every shard is served. */
  void run() {
    until("the controllers are born", this::born);
    ClientConfig config = ClientConfig.of(layout.endpoints()).withDeadline(Duration.ofSeconds(5));
    try (FlotillaClient client = FlotillaClient.connect(config)) {
      AdminClient admin = client.admin();
      until("all nodes are known", () -> admin.nodes().join().getNodesCount() >= layout.nodes());
      until("the groups exist", () -> joined(admin));
      until("every shard has an owner", () -> owned(admin.query(-1).join()));
      until("every shard is served", () -> served(client, admin.query(-1).join()));
    }
  }

  private boolean born() {
    try (GrpcRpc rpc = new GrpcRpc(RpcLimits.DEFAULT)) {
      ClusterBirth birth = new ClusterBirth(rpc, new SecureRandom(), ASK_NANOS);
      return birth.isBorn(layout.controllers())
          || !birth
              .carryOut(
                  new ClusterBirth.Plan(
                      "playground", layout.controllers(), layout.shards(), layout.replicas()))
              .isEmpty();
    } catch (CommandFailure failure) {
      if (failure.exit() == Exit.USAGE) {
        throw failure;
      }
      return false;
    }
  }

  private boolean joined(AdminClient admin) {
    if (admin.query(-1).join().groups().isEmpty()) {
      admin.join(layout.firstGroups()).join();
    }
    return true;
  }

  private static boolean owned(ShardMap map) {
    return map.version() > 0
        && map.shards().stream()
            .allMatch(shard -> shard.owner() != 0 && shard.owner() == shard.target());
  }

  /** Asks for one key of every shard. */
  private static boolean served(FlotillaClient client, ShardMap map) {
    TreeMap<Integer, ByteString> keys = new TreeMap<>();
    for (int i = 0; keys.size() < map.shardCount(); i++) {
      ByteString key = ByteString.copyFromUtf8("is-it-served-" + i);
      keys.putIfAbsent(map.shardOf(key), key);
    }
    List<CompletableFuture<?>> gets = new ArrayList<>();
    keys.values().forEach(key -> gets.add(client.get(key)));
    gets.forEach(CompletableFuture::join);
    return true;
  }

  private void until(String what, Supplier<Boolean> isSo) {
    String last = "";
    while (System.nanoTime() < deadline) {
      layout.nodeIds().forEach(this::requireAlive);
      try {
        if (isSo.get()) {
          return;
        }
        last = "not yet";
      } catch (CompletionException notYet) {
        if (!(notYet.getCause() instanceof FlotillaException)) {
          throw notYet;
        }
        last = CommandFailure.reasonOf(notYet);
      }
      pause();
    }
    throw CommandFailure.of(
        Exit.UNAVAILABLE,
        "waited in vain until %s (%s); see the logs in %s",
        what,
        last,
        layout.dir());
  }

  private void requireAlive(int node) {
    String end = servers.endOf(node);
    if (!end.isEmpty()) {
      throw CommandFailure.of(Exit.USAGE, "%s", end);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw CommandFailure.of(Exit.UNAVAILABLE, "interrupted");
    }
  }
}
