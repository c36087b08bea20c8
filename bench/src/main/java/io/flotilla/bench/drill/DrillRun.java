package io.flotilla.bench.drill;

import com.google.protobuf.ByteString;
import io.flotilla.base.shard.ShardMap;
import io.flotilla.bench.drill.report.Analysis;
import io.flotilla.bench.drill.report.DrillReport;
import io.flotilla.bench.drill.report.ReportJson;
import io.flotilla.bench.drill.report.ReportPage;
import io.flotilla.bench.drill.report.WriteAudit;
import io.flotilla.client.ClientConfig;
import io.flotilla.client.FlotillaClient;
import io.flotilla.sim.history.HistoryLine;
import io.flotilla.v1.NodeStatus;
import io.flotilla.v1.StatusResponse;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Holds one drill: loads keys, lets clients run, plays the script, waits until the cluster has
 * settled, reads every key once more, judges, reports. One thread; blocks for as long as it takes.
 */
public final class DrillRun {
  private static final int CLIENTS = 64;
  private static final long THINK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int KEYS = 4_000;
  private static final int IN_FLIGHT_MAX = 128;
  private static final long CALM_MILLIS = 2_000;

  private final Drill drill;
  private final DrillSite site;
  private final Plan plan;

  /**
   * How a drill is held.
   *
   * @param seconds how long its script is played
   * @param seed what it does follows from this, as far as clocks and processes allow
   * @param directory where history and report go; made if it is missing
   */
  public record Plan(double seconds, long seed, Path directory) {}

  public DrillRun(Drill drill, DrillSite site, Plan plan) {
    this.drill = drill;
    this.site = site;
    this.plan = plan;
  }

  /**
   * What keeps a cluster from being drilled; empty if nothing does.
   *
   * @throws java.util.concurrent.CompletionException if it cannot be reached
   */
  public static Optional<String> unfit(FlotillaClient client) {
    StatusResponse status = client.admin().status().join();
    ShardMap map = client.admin().query(-1).join();
    for (NodeStatus node : client.admin().nodes().join().getNodesList()) {
      if (!node.getReachable()) {
        return Optional.of("node " + node.getNode().getNode() + " cannot be reached");
      }
    }
    if (map.groups().isEmpty()) {
      return Optional.of("it has no groups");
    }
    if (status.getLiveMoves() > 0 || !isOwned(map)) {
      return Optional.of("shards are on the move");
    }
    return status.getGroupsList().stream()
        .filter(group -> group.getLeader() == 0)
        .map(group -> "group " + group.getGid() + " has no leader")
        .findFirst();
  }

  /**
   * Holds it.
   *
   * @param progress hears, in a line, what is going on
   * @throws IOException if a process or a file could not be handled: no verdict then
   */
  public DrillReport run(Consumer<String> progress) throws IOException {
    ClientConfig config = ClientConfig.of(site.endpoints());
    String prefix = "drill-" + Long.toHexString(plan.seed()) + "-" + drill.word() + "/";
    SortedMap<String, String> keys = keys(prefix);
    SplittableRandom random = new SplittableRandom(plan.seed());
    RecordedLoad.Habits habits = new RecordedLoad.Habits(THINK_NANOS, random.nextLong(), prefix);
    try (FlotillaClient operator = FlotillaClient.connect(config);
        FlotillaClient users = FlotillaClient.connect(config);
        RecordedLoad load = new RecordedLoad(users, keys, habits)) {
      load(operator, keys);
      load.start(CLIENTS);
      progress.accept(CLIENTS + " clients run; " + drill.about());
      long end = System.nanoTime() + (long) (plan.seconds() * 1e9);
      Stage stage = new Stage(site, operator.admin(), random, load, end);
      stage.hold(CALM_MILLIS);
      drill.play(stage);
      stage.settle();
      requireOwned(stage);
      progress.accept("every key is read once more");
      long ended = load.stop();
      load.finish();
      DrillReport report = judge(stage, load, ended);
      save(report, load);
      if (site.nodes().isEmpty()) {
        clean(operator, load.keysWritten());
      }
      return report;
    }
  }

  private static SortedMap<String, String> keys(String prefix) {
    SortedMap<String, String> keys = new TreeMap<>();
    for (int i = 0; i < KEYS; i++) {
      keys.put(String.format("%skey-%05d", prefix, i), "first." + i);
    }
    return keys;
  }

  private static void load(FlotillaClient client, SortedMap<String, String> keys) {
    ArrayDeque<CompletableFuture<?>> inFlight = new ArrayDeque<>();
    for (Map.Entry<String, String> each : keys.entrySet()) {
      while (inFlight.size() >= IN_FLIGHT_MAX) {
        inFlight.remove().join();
      }
      inFlight.add(
          client.put(
              ByteString.copyFromUtf8(each.getKey()), ByteString.copyFromUtf8(each.getValue())));
    }
    inFlight.forEach(CompletableFuture::join);
  }

  /** Somebody else's cluster is left as it was. */
  private static void clean(FlotillaClient client, List<String> keys) {
    ArrayDeque<CompletableFuture<?>> inFlight = new ArrayDeque<>();
    for (String key : keys) {
      while (inFlight.size() >= IN_FLIGHT_MAX) {
        inFlight.remove().join();
      }
      inFlight.add(client.delete(ByteString.copyFromUtf8(key)));
    }
    inFlight.forEach(CompletableFuture::join);
  }

  private DrillReport judge(Stage stage, RecordedLoad load, long ended) {
    List<HistoryLine> history = load.history();
    return new DrillReport(
        drill.word(),
        plan.seed(),
        CLIENTS,
        load.judge(),
        Analysis.of(history, ended, stage.map().shardCount()),
        WriteAudit.of(history),
        stage.moves(),
        load.refusals(),
        stage.problems());
  }

  private void save(DrillReport report, RecordedLoad load) throws IOException {
    Files.createDirectories(plan.directory());
    load.save(plan.directory().resolve("history.jsonl"));
    try (Writer sink = Files.newBufferedWriter(plan.directory().resolve("report.json"))) {
      ReportJson.write(report, sink);
    }
    try (Writer sink = Files.newBufferedWriter(plan.directory().resolve("report.html"))) {
      ReportPage.write(report, sink);
    }
  }

  /** By the map and by the groups themselves; a group may be between two leaders for a moment. */
  private static void requireOwned(Stage stage) {
    List<String> addresses =
        stage.ask(() -> stage.admin().nodes()).getNodesList().stream()
            .map(node -> node.getNode().getClient())
            .toList();
    stage.until(
        "every shard is owned once",
        () -> {
          ShardMap map = stage.map();
          return isOwned(map) && Owners.isEachServedOnce(addresses, map.shardCount());
        });
  }

  private static boolean isOwned(ShardMap map) {
    return map.shards().stream()
        .allMatch(shard -> shard.owner() != 0 && shard.owner() == shard.target());
  }
}
