package io.flotilla.deploy.cli;

import io.flotilla.deploy.config.ConfigException;
import io.flotilla.deploy.config.ConfigReader;
import io.flotilla.deploy.config.ServerConfig;
import io.flotilla.deploy.server.Logs;
import io.flotilla.deploy.server.ServerNode;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Exit;
import io.flotilla.deploy.shell.FlotillaCommand;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.deploy.shell.SignalStop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One node. */
@Command(
    name = "server",
    description =
        "Run one node until INT or TERM. Every key of the file can also be given by --set or as a"
            + " variable: node.id is FLOTILLA_NODE_ID.")
final class ServerCommand extends FlotillaCommand {
  @Option(names = "--config", required = true, paramLabel = "FILE")
  private Path file = Path.of("");

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Overrides a key of the file.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--until-end-of-input",
      description = "Also stop when standard input ends, as it does when its writer dies.")
  private boolean untilEndOfInput;

  ServerCommand(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    ServerConfig config = config();
    Logs.to(config.dir().resolve("logs"));
    CompletableFuture<String> end = new CompletableFuture<>();
    try (ServerNode node = new ServerNode(config, end::complete);
        SignalStop stop = new SignalStop(shell(), node::close)) {
      stop.arm();
      if (untilEndOfInput) {
        watchInput(end);
      }
      node.start();
      shell()
          .say(
              "node %d: clients %s, peers %s, admin http://%s, log in %s",
              config.node(),
              config.listen().client(),
              config.listen().peer(),
              config.listen().admin(),
              config.dir().resolve("logs"));
      String reason = end.join();
      if (!reason.isEmpty()) {
        throw CommandFailure.of(Exit.NO, "%s", reason);
      }
      return Exit.DONE;
    } catch (IOException refused) {
      throw CommandFailure.usage("%s", CommandFailure.reasonOf(refused));
    }
  }

  private ServerConfig config() {
    try {
      return ConfigReader.read(file, shell().env(), overrides);
    } catch (ConfigException wrong) {
      throw CommandFailure.usage("%s", CommandFailure.reasonOf(wrong));
    }
  }

  private void watchInput(CompletableFuture<String> end) {
    Thread watcher =
        new Thread(
            () -> {
              try {
                while (shell().in().read() >= 0) {
                  // Nobody says anything; only the end counts.
                }
              } catch (IOException broken) {
                end.complete("");
                return;
              }
              end.complete("");
            },
            "flotilla-input");
    watcher.setDaemon(true);
    watcher.start();
  }
}
