package io.flotilla.deploy.drill;

import io.flotilla.base.shard.ShardMap;
import io.flotilla.bench.drill.Drill;
import io.flotilla.bench.drill.DrillRun;
import io.flotilla.bench.drill.DrillSite;
import io.flotilla.bench.drill.Judgement;
import io.flotilla.bench.drill.report.DrillReport;
import io.flotilla.client.ClientConfig;
import io.flotilla.client.FlotillaClient;
import io.flotilla.client.FlotillaException;
import io.flotilla.deploy.config.HostPort;
import io.flotilla.deploy.playground.DrillGround;
import io.flotilla.deploy.server.Logs;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.FlotillaCommand;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.deploy.shell.SignalStop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes and faults under client load, with a verdict. */
@Command(
    name = "drill",
    description =
        "Change and hurt a cluster while clients use it, and judge what they saw: join-leave,"
            + " move-storm, kill-leaders, pause, partition, rolling-restart, or all of them. Exit"
            + " code 0 if it was linearizable, exactly once, nothing lost and every shard owned"
            + " once; 1 if not; 5 if undecided.")
public final class DrillCommand extends FlotillaCommand {
  private static final String ALL = "all";
  private static final List<String> NEED_PLACEMENT = List.of("wipe-node", "replace-node");
  private static final int PORTS_TRIED_MAX = 100;
  private static final double SECONDS_MAX = 86_400;

  @Parameters(paramLabel = "NAME", description = "A drill, or all.")
  private String name = "";

  @Option(names = "--seconds", paramLabel = "S", description = "For each drill (default 60).")
  private double seconds = 60;

  @Option(names = "--seed", paramLabel = "N", description = "What is done follows from it.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "DIR/NAME gets history.jsonl, report.json and report.html (default: a temporary"
              + " directory).")
  private Optional<Path> report = Optional.empty();

  @Option(
      names = "--endpoints",
      split = ",",
      paramLabel = "HOST:PORT",
      description = "A cluster that runs; its processes are left alone.")
  private List<String> endpoints = new ArrayList<>();

  @Option(
      names = "--base-port",
      paramLabel = "PORT",
      description = "Of the cluster it starts (default: one that is free).")
  private Optional<Integer> basePort = Optional.empty();

  public DrillCommand(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() throws IOException {
    List<Drill> drills = chosen();
    if (!(seconds > 0 && seconds <= SECONDS_MAX)) {
      throw CommandFailure.usage("--seconds must be above 0, at most 86400");
    }
    for (String endpoint : endpoints) {
      if (HostPort.parse(endpoint).isEmpty()) {
        throw CommandFailure.usage("'%s' is not host:port", endpoint);
      }
    }
    long drawn = seed.orElseGet(() -> new SecureRandom().nextLong() >>> 1);
    Path home = home();
    Logs.to(home.resolve("logs"));
    List<DrillReport> reports = new ArrayList<>();
    for (Drill drill : drills) {
      DrillRun.Plan plan = new DrillRun.Plan(seconds, drawn, home.resolve(drill.word()));
      DrillReport held = endpoints.isEmpty() ? onOwnCluster(drill, plan) : onGiven(drill, plan);
      reports.add(held);
      tell(held, plan);
    }
    if (name.equals(ALL)) {
      List<String> notRun = new ArrayList<>(Drill.words());
      drills.forEach(drill -> notRun.remove(drill.word()));
      if (!notRun.isEmpty()) {
        shell().out().printf("not run, as they hurt processes: %s%n", String.join(", ", notRun));
      }
      shell()
          .out()
          .printf("not run, as they need placement: %s%n", String.join(", ", NEED_PLACEMENT));
    }
    return exit(reports);
  }

  private List<Drill> chosen() {
    if (NEED_PLACEMENT.contains(name)) {
      throw CommandFailure.usage(
          "drill %s needs the placement of replicas on other nodes, which this version does not"
              + " have",
          name);
    }
    List<Drill> drills =
        name.equals(ALL) ? List.of(Drill.values()) : Drill.named(name).stream().toList();
    if (drills.isEmpty()) {
      throw CommandFailure.usage(
          "there is no drill '%s': choose one of %s, all", name, String.join(", ", Drill.words()));
    }
    if (endpoints.isEmpty()) {
      return drills;
    }
    List<Drill> harmless = drills.stream().filter(each -> !each.needsProcesses()).toList();
    if (harmless.isEmpty()) {
      throw CommandFailure.usage(
          "drill %s ends or hinders server processes, which it does not do on a given cluster;"
              + " leave --endpoints out",
          name);
    }
    return harmless;
  }

  private Path home() throws IOException {
    if (report.isEmpty()) {
      return Files.createTempDirectory("flotilla-drill-").toRealPath();
    }
    Path named = report.get().toAbsolutePath().normalize();
    try {
      return Files.createDirectories(named);
    } catch (IOException unusable) {
      throw CommandFailure.usage(
          "cannot use --report %s: %s", named, CommandFailure.reasonOf(unusable));
    }
  }

  private DrillReport onOwnCluster(Drill drill, DrillRun.Plan plan) throws IOException {
    Path dir = plan.directory().resolve("cluster");
    if (Files.exists(dir)) {
      throw CommandFailure.usage(
          "%s holds the cluster of an earlier drill; take another --report", plan.directory());
    }
    Files.createDirectories(dir);
    DrillGround ground = DrillGround.at(dir, freeBasePort(), drill.needsCuts());
    DrillReport held;
    // Cut short, a drill has decided nothing.
    try (ground;
        SignalStop stop = new SignalStop(shell(), ground::close, Exit.UNDECIDED)) {
      stop.arm();
      shell().say("drill %s: starting a cluster", drill.word());
      ground.open();
      held = hold(drill, ground, plan);
    }
    if (held.held()) {
      ground.delete();
    } else {
      shell().say("drill %s: logs and data of the servers are kept in %s", drill.word(), dir);
    }
    return held;
  }

  private DrillReport onGiven(Drill drill, DrillRun.Plan plan) throws IOException {
    ShardMap map;
    try (FlotillaClient client = FlotillaClient.connect(ClientConfig.of(endpoints))) {
      Optional<String> unfit = DrillRun.unfit(client);
      if (unfit.isPresent()) {
        throw CommandFailure.of(
            Exit.UNAVAILABLE, "the cluster is not fit for a drill: %s", unfit.get());
      }
      map = client.admin().query(-1).join();
    } catch (CompletionException failure) {
      throw failure.getCause() instanceof FlotillaException known ? known : failure;
    }
    return hold(drill, new GivenCluster(endpoints, map.groups().values().iterator().next()), plan);
  }

  private DrillReport hold(Drill drill, DrillSite site, DrillRun.Plan plan) throws IOException {
    try {
      return new DrillRun(drill, site, plan)
          .run(line -> shell().say("drill %s: %s", drill.word(), line));
    } catch (CompletionException failure) {
      // The operator's own calls failed, not those of the clients: there is no verdict.
      throw failure.getCause() instanceof FlotillaException known
          ? CommandFailure.of(
              Exit.UNDECIDED,
              "drill %s was given up, the cluster does not answer: %s",
              drill.word(),
              CommandFailure.reasonOf(known))
          : failure;
    } catch (IOException failure) {
      throw CommandFailure.of(
          Exit.UNDECIDED,
          "drill %s was given up: %s",
          drill.word(),
          CommandFailure.reasonOf(failure));
    }
  }

  private int freeBasePort() {
    if (basePort.isPresent()) {
      return basePort.get();
    }
    for (int i = 0; i < PORTS_TRIED_MAX; i++) {
      int base = 20_000 + 300 * ThreadLocalRandom.current().nextInt(40);
      if (DrillGround.isFree(base)) {
        return base;
      }
    }
    throw CommandFailure.usage("no free ports were found; choose a --base-port");
  }

  private void tell(DrillReport held, DrillRun.Plan plan) {
    shell()
        .out()
        .printf(
            "%s: %s, %d ops (%.0f/s), errors %d, unknown %d, lost %d, duplicated %d, moves %d,"
                + " faults %d, unavailable %.0f ms, without a write %.0f ms; %s%n",
            held.drill(),
            held.verdict(),
            held.seen().all().acknowledged(),
            held.seen().all().acknowledged() / held.seen().seconds(),
            held.seen().all().errors(),
            held.seen().all().unknown(),
            held.audit().lost(),
            held.audit().duplicated(),
            held.moves().size(),
            held.seen().faults().size(),
            held.seen().all().unavailableMillis(),
            held.seen().all().withoutWriteMillis(),
            plan.directory());
    for (String problem : held.problems()) {
      shell().out().printf("  %s%n", problem);
    }
    if (held.judgement().kind() != Judgement.Kind.LINEARIZABLE) {
      shell().out().printf("  %s%n", held.judgement().text());
    }
    shell().out().flush();
  }

  private static int exit(List<DrillReport> reports) {
    if (reports.stream().anyMatch(each -> !each.held() && !each.isUndecided())) {
      return Exit.NO;
    }
    return reports.stream().allMatch(DrillReport::held) ? Exit.DONE : Exit.UNDECIDED;
  }
}
