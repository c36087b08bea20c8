package io.flotilla.deploy.playground;

import io.flotilla.deploy.server.Logs;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.FlotillaCommand;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.deploy.shell.SignalStop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts a whole cluster on this machine. */
@Command(
    name = "playground",
    description =
        "Start a whole cluster on 127.0.0.1. Node i has its clients at base-port + i, its admin"
            + " page at base-port + 100 + i, its peers at base-port + 200 + i. INT or TERM stops"
            + " it; started again on the same directory it carries on with its data.")
public final class PlaygroundCommand extends FlotillaCommand {
  @Option(names = "--nodes", paramLabel = "N", description = "Nodes (default 3).")
  private int nodes = 3;

  @Option(names = "--groups", paramLabel = "N", description = "Groups (default 3).")
  private int groups = 3;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      description = "Replicas of each group (default 3).")
  private int replicas = 3;

  @Option(
      names = "--shards",
      paramLabel = "N",
      description = "Shards, a power of two (default 256).")
  private int shards = 256;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where to keep everything (default: a temporary directory).")
  private Optional<Path> dir = Optional.empty();

  @Option(names = "--base-port", paramLabel = "PORT", description = "Default 7100.")
  private int basePort = 7100;

  @Option(names = "--in-process", description = "All nodes in this process.")
  private boolean inProcess;

  @Option(
      names = "--demo",
      description =
          "Load 30,000+ keys, then add a group, move shards and kill a leader under load, and"
              + " judge what clients saw.")
  private boolean demo;

  @Option(names = "--exit", description = "Stop after the demo; exit code 0 if all of it held.")
  private boolean exit;

  public PlaygroundCommand(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() throws IOException {
    if (inProcess && demo) {
      throw CommandFailure.usage("--demo kills a server, which --in-process does not have");
    }
    if (exit && !demo) {
      throw CommandFailure.usage("--exit belongs to --demo");
    }
    Path named = dir.orElse(Path.of("")).toAbsolutePath().normalize();
    Layout checked = new Layout(nodes, groups, replicas, shards, named, basePort);
    // Made only now: wrong usage must not leave directories behind.
    Path home =
        dir.isPresent() ? named : Files.createTempDirectory("flotilla-playground-").toRealPath();
    Layout layout = checked.in(home);
    Servers servers =
        inProcess ? new InProcessServers(layout, shell()) : new ProcessServers(layout, shell());
    try (Playground playground = new Playground(layout, servers, dir.isEmpty());
        SignalStop stop = new SignalStop(shell(), playground::close)) {
      stop.arm();
      if (inProcess) {
        Logs.to(home);
      }
      playground.start();
      playground.greet(shell(), System.getProperty("flotilla.command", "flotilla"));
      int verdict = demo ? new Demo(playground, shell()).run() : Exit.DONE;
      if (!exit) {
        shell().say("INT (Ctrl-C) or TERM stops it");
        sleepForEver();
      }
      return verdict;
    }
  }

  private static void sleepForEver() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
