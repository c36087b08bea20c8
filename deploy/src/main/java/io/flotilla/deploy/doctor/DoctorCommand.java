package io.flotilla.deploy.doctor;

import com.sun.management.UnixOperatingSystemMXBean;
import io.flotilla.deploy.config.ConfigException;
import io.flotilla.deploy.config.ConfigReader;
import io.flotilla.deploy.config.HostPort;
import io.flotilla.deploy.config.ServerConfig;
import io.flotilla.deploy.shell.ClientCommand;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Durations;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.FlotillaCommand;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.deploy.shell.Table;
import io.flotilla.raft.RaftConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says whether a node can live on this machine, and what to set if not. */
@Command(
    name = "doctor",
    description =
        "Look at ports, clock, file limits, fsync and round-trip times, and say whether broadcast"
            + " time << election timeout holds. Exit code 1 if something is wrong.")
public final class DoctorCommand extends FlotillaCommand {
  private static final long FILES_MIN = 4_096;
  private static final long NANOS_A_MILLI = 1_000_000;

  /** The paper asks for an order of magnitude (5.6). */
  private static final int ORDER_OF_MAGNITUDE = 10;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Look at the ports, directory and timeouts of this server's configuration.")
  private Optional<Path> config = Optional.empty();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where to measure fsync (default: that of the configuration, else here).")
  private Optional<Path> dir = Optional.empty();

  @Option(
      names = "--endpoints",
      split = ",",
      paramLabel = "HOST:PORT",
      description = "Nodes to measure round trips to (default: those of FLOTILLA_ENDPOINTS).")
  private List<String> endpoints = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      description = "How to print (default table).")
  private Table.Format format = Table.Format.TABLE;

  private final Table table = new Table("check", "result", "found", "advice");
  private boolean isHealthy = true;

  public DoctorCommand(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<ServerConfig> server = server();
    ports(server);
    clock();
    files();
    Samples fsync = fsync(server);
    Samples trip = roundTrips();
    timeouts(server.map(ServerConfig::raft).orElse(RaftConfig.DEFAULT), fsync, trip);
    table.print(shell().out(), format);
    return isHealthy ? Exit.DONE : Exit.NO;
  }

  private Optional<ServerConfig> server() {
    if (config.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ConfigReader.read(config.get(), shell().env(), List.of()));
    } catch (ConfigException wrong) {
      throw CommandFailure.usage("%s", CommandFailure.reasonOf(wrong));
    }
  }

  private void ports(Optional<ServerConfig> server) {
    List<HostPort> wanted =
        server
            .map(
                found ->
                    List.of(found.listen().client(), found.listen().peer(), found.listen().admin()))
            .orElse(
                List.of(
                    new HostPort("127.0.0.1", 7101),
                    new HostPort("127.0.0.1", 7301),
                    new HostPort("127.0.0.1", 7201)));
    for (HostPort port : wanted) {
      try (ServerSocket probe = new ServerSocket()) {
        probe.setReuseAddress(true);
        probe.bind(new InetSocketAddress(port.host(), port.port()));
        good("port " + port, "free");
      } catch (IOException taken) {
        // A node that runs already is the usual reason, and no fault.
        table.row("port " + port, "note", "in use", "a server here needs another port");
      }
    }
  }

  private void clock() throws InterruptedException {
    Samples late = Measure.lateness();
    boolean isSane = Instant.now().isAfter(Instant.parse("2024-01-01T00:00:00Z"));
    verdict(
        isSane,
        "clock",
        Instant.now().toString(),
        "set the clock: logs and certificates rely on it, replication does not");
    verdict(
        late.p99() < 100 * NANOS_A_MILLI,
        "timers",
        "wake up " + print(late.p99()) + " late (p99), " + print(late.max()) + " at most",
        "the machine is overloaded: elections will be held for nothing");
  }

  private void files() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      long limit = unix.getMaxFileDescriptorCount();
      verdict(
          limit >= FILES_MIN,
          "open files",
          "up to " + limit,
          "raise the limit to " + FILES_MIN + " or more (ulimit -n, LimitNOFILE)");
    }
  }

  private Samples fsync(Optional<ServerConfig> server) throws IOException {
    Path place = dir.or(() -> server.map(ServerConfig::dir)).orElse(Path.of("."));
    Path existing = Files.isDirectory(place) ? place : Path.of(".");
    Samples fsync;
    try {
      fsync = Measure.fsync(existing);
    } catch (IOException unusable) {
      throw CommandFailure.usage(
          "cannot measure fsync in %s: %s", existing, CommandFailure.reasonOf(unusable));
    }
    verdict(
        fsync.p99() < 100 * NANOS_A_MILLI,
        "fsync of 4 KiB",
        print(fsync.median()) + " (median), " + print(fsync.p99()) + " (p99)",
        "every write waits for it: use a faster disk, or one with a protected write cache");
    return fsync;
  }

  private Samples roundTrips() throws IOException {
    Samples slowest = Measure.loopback();
    good("round trip, loopback", print(slowest.median()) + " (median), " + print(slowest.p99()));
    for (String endpoint : named()) {
      Optional<Samples> found = Measure.roundTrip(endpoint);
      if (found.isEmpty()) {
        verdict(false, "round trip to " + endpoint, "no answer", "start it, or look at firewalls");
        continue;
      }
      Samples trip = found.get();
      good(
          "round trip to " + endpoint,
          print(trip.median()) + " (median), " + print(trip.p99()) + " (p99)");
      slowest = trip.p99() > slowest.p99() ? trip : slowest;
    }
    return slowest;
  }

  private List<String> named() {
    if (!endpoints.isEmpty()) {
      return endpoints;
    }
    String named = shell().env().getOrDefault(ClientCommand.ENDPOINTS_VARIABLE, "");
    return named.isBlank() ? List.of() : List.of(named.trim().split("\\s*,\\s*"));
  }

  /** A follower answers when it has the entry on disk: a broadcast is a round trip and a sync. */
  private void timeouts(RaftConfig raft, Samples fsync, Samples trip) {
    long broadcast = trip.p99() + fsync.p99();
    boolean holds = raft.electionMinNanos() >= ORDER_OF_MAGNITUDE * broadcast;
    long least = Duration.ofNanos(ORDER_OF_MAGNITUDE * broadcast).toMillis() / 100 * 100 + 100;
    verdict(
        holds,
        "broadcast time << election timeout",
        print(broadcast) + " << " + print(raft.electionMinNanos()),
        "set raft.election to %dms-%dms and raft.heartbeat to %dms"
            .formatted(least, 2 * least, least / 4));
  }

  private static String print(long nanos) {
    return Durations.print(nanos);
  }

  private void good(String check, String found) {
    table.row(check, "ok", found, "");
  }

  private void verdict(boolean isGood, String check, String found, String advice) {
    isHealthy &= isGood;
    table.row(check, isGood ? "ok" : "WRONG", found, isGood ? "" : advice);
  }
}
