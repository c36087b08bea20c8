package io.flotilla.deploy.playground;

import com.google.protobuf.ByteString;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.bench.drill.Judgement;
import io.flotilla.bench.drill.RecordedLoad;
import io.flotilla.client.ClientConfig;
import io.flotilla.client.FlotillaClient;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.v1.GroupStatusMessage;
import io.flotilla.v1.JoinRequest;
import io.flotilla.v1.MoveMessage;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A cluster changed and hurt while clients use it: keys are loaded, a group is added, shards are
 * moved, a leader is killed and started again. Each step says what it cost; at the end what clients
 * saw is judged. One thread.
 */
final class Demo {
  private static final int CLIENTS = 24;
  private static final long THINK_NANOS = TimeUnit.MILLISECONDS.toNanos(8);
  private static final long CALM_MILLIS = 4_000;
  private static final long AFTER_MOVES_MILLIS = 1_500;
  private static final long LEADERLESS_MILLIS = 5_000;
  private static final long POLL_MILLIS = 50;
  private static final long SETTLE_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
  private static final int IN_FLIGHT_MAX = 256;
  private static final int MOVED_SHARDS = 16;

  private final Playground playground;
  private final Shell shell;
  private final DemoReport report;
  private boolean held = true;

  Demo(Playground playground, Shell shell) {
    this.playground = playground;
    this.shell = shell;
    this.report = new DemoReport(shell);
  }

  /** Runs all of it; the result is the exit code. */
  int run() throws IOException {
    ClientConfig config = ClientConfig.of(playground.layout().endpoints());
    SortedMap<String, String> names = UnicodeNames.all();
    try (FlotillaClient client = FlotillaClient.connect(config);
        FlotillaClient loadClient = FlotillaClient.connect(config);
        RecordedLoad load =
            new RecordedLoad(
                loadClient,
                names,
                new RecordedLoad.Habits(THINK_NANOS, new SecureRandom().nextLong(), ""))) {
      load(client, names);
      load.start(CLIENTS);
      report.head(CLIENTS);
      sleep(CALM_MILLIS);
      report.step("nothing changes", load.step());
      addGroup(client, load);
      moveShards(client, load);
      killLeader(client, load);
      report.step("every key is read once more", load.finish());
      return judge(client, load);
    }
  }

  private void load(FlotillaClient client, SortedMap<String, String> names) {
    long start = System.nanoTime();
    ArrayDeque<CompletableFuture<Void>> inFlight = new ArrayDeque<>();
    for (Map.Entry<String, String> each : names.entrySet()) {
      while (inFlight.size() >= IN_FLIGHT_MAX) {
        inFlight.remove().join();
      }
      inFlight.add(
          client.put(
              ByteString.copyFromUtf8(each.getKey()), ByteString.copyFromUtf8(each.getValue())));
    }
    inFlight.forEach(CompletableFuture::join);
    double seconds = (System.nanoTime() - start) / 1e9;
    report.line(
        "loaded %d Unicode names in %.1f s (%.0f/s)",
        names.size(), seconds, names.size() / seconds);
  }

  private void addGroup(FlotillaClient client, RecordedLoad load) {
    ShardMap map = client.admin().query(-1).join();
    int gid = map.groups().lastKey() + 1;
    JoinRequest join = JoinRequest.newBuilder().addGroups(playground.layout().group(gid)).build();
    load.fault("group " + gid + " joins");
    long moves = moveCount(client);
    client.admin().join(join).join();
    settle(client);
    sleep(AFTER_MOVES_MILLIS);
    report.step("group " + gid + " joins, " + moved(client, moves), load.step());
  }

  private void moveShards(FlotillaClient client, RecordedLoad load) {
    ShardMap map = client.admin().query(-1).join();
    int from = map.groups().firstKey();
    int to = map.groups().lastKey();
    load.fault("shards of group " + from + " move to group " + to);
    long moves = moveCount(client);
    int asked = 0;
    for (int shard = 0; shard < map.shardCount() && asked < MOVED_SHARDS; shard++) {
      if (map.shard(shard).owner() == from) {
        client.admin().move(shard, to).join();
        asked++;
      }
    }
    settle(client);
    sleep(AFTER_MOVES_MILLIS);
    report.step("moves by hand, " + moved(client, moves), load.step());
  }

  private void killLeader(FlotillaClient client, RecordedLoad load) throws IOException {
    GroupStatusMessage group =
        client.admin().status().join().getGroupsList().stream()
            .filter(each -> each.getLeader() != 0)
            .max(Comparator.comparingInt(GroupStatusMessage::getShards))
            .orElseThrow(
                () -> CommandFailure.of(Exit.NO, "no group has a leader: the demo did not hold"));
    int node = group.getLeader();
    load.fault("node " + node + " is killed");
    playground.servers().kill(node);
    sleep(LEADERLESS_MILLIS);
    report.step("kill -9 of node " + node + ", leader of group " + group.getGid(), load.step());
    load.fault("node " + node + " is started again");
    playground.servers().start(node);
    Readiness readiness = new Readiness(playground.layout().admins().get(node - 1));
    held &= until("node " + node + " is back", readiness::isReady);
    playground.announce();
    sleep(AFTER_MOVES_MILLIS);
    report.step("node " + node + " is started again", load.step());
  }

  private int judge(FlotillaClient client, RecordedLoad load) throws IOException {
    Judgement judgement = load.judge();
    load.save(playground.layout().dir().resolve("demo-history.jsonl"));
    ShardMap map = client.admin().query(-1).join();
    boolean isOwned = isSettled(map);
    report.line(isOwned ? "every shard has one owner" : "NOT every shard is where it should be");
    report.line("%s", judgement.text());
    held &= isOwned;
    return switch (judgement.kind()) {
      case LINEARIZABLE -> held ? Exit.DONE : Exit.NO;
      case VIOLATION -> Exit.NO;
      case UNDECIDED -> Exit.UNDECIDED;
    };
  }

  private void settle(FlotillaClient client) {
    held &= until("every shard has arrived", () -> isSettled(client.admin().query(-1).join()));
  }

  private static boolean isSettled(ShardMap map) {
    return map.shards().stream()
        .allMatch(shard -> shard.owner() != 0 && shard.owner() == shard.target());
  }

  /** The highest number of a move so far; later ones belong to what comes. */
  private static long moveCount(FlotillaClient client) {
    return client.admin().moves(true).join().getMovesList().stream()
        .mapToLong(MoveMessage::getId)
        .max()
        .orElse(0);
  }

  private static String moved(FlotillaClient client, long before) {
    var moves =
        client.admin().moves(true).join().getMovesList().stream()
            .filter(move -> move.getId() > before)
            .toList();
    double pause = moves.stream().mapToDouble(MoveMessage::getPauseMs).max().orElse(0);
    return String.format("%d shards moved, longest pause %.0f ms", moves.size(), pause);
  }

  private boolean until(String what, BooleanSupplier isSo) {
    long deadline = System.nanoTime() + SETTLE_NANOS_MAX;
    while (System.nanoTime() < deadline) {
      if (isSo.getAsBoolean()) {
        return true;
      }
      sleep(POLL_MILLIS);
    }
    shell.say("waited in vain until %s", what);
    return false;
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw CommandFailure.of(Exit.UNKNOWN, "the demo was interrupted");
    }
  }
}
