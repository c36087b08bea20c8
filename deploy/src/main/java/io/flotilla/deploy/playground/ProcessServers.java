package io.flotilla.deploy.playground;

import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Shell;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Each server is a process of its own, started as this one was. It reads from a pipe that only this
 * process holds, and ends when the pipe does: however this process ends, no server outlives it.
 */
final class ProcessServers implements Servers {
  private static final String MAIN = "io.flotilla.deploy.cli.Flotilla";
  private static final long STOP_SECONDS_MAX = 10;
  private static final List<String> JVM =
      List.of("-Xms64m", "-Xmx1g", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError");
  private static final List<String> INHERITED =
      List.of("-XX:SharedArchiveFile=", "-Xshare:", "-Xlog:", "--enable-native-access=");

  private final Layout layout;
  private final Shell shell;
  private final IntFunction<List<String>> options;
  private final Map<Integer, Process> processes = new TreeMap<>();
  private boolean isClosed;

  ProcessServers(Layout layout, Shell shell) {
    this(layout, shell, node -> List.of());
  }

  /**
   * @param options what the JVM of each node is started with besides
   */
  ProcessServers(Layout layout, Shell shell, IntFunction<List<String>> options) {
    this.layout = layout;
    this.shell = shell;
    this.options = options;
  }

  @Override
  public synchronized void start(int node) throws IOException {
    if (isClosed) {
      throw new IOException("the playground is stopping");
    }
    ProcessBuilder builder =
        new ProcessBuilder(command(layout.configFile(node), options.apply(node)));
    // Variables of the user's own servers are not meant for these.
    builder.environment().keySet().removeIf(name -> name.startsWith("FLOTILLA_"));
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.redirectError(errors(node).toFile());
    Process process = builder.start();
    processes.put(node, process);
    Thread watcher = new Thread(() -> noticed(node, process), "flotilla-node-" + node);
    watcher.setDaemon(true);
    watcher.start();
  }

  @Override
  public synchronized String endOf(int node) {
    Process process = process(node);
    if (process.isAlive()) {
      return "";
    }
    return "node " + node + " ended with code " + process.exitValue() + ": " + lastError(node);
  }

  @Override
  public void kill(int node) {
    Process process = process(node);
    process.destroyForcibly();
    await(process, STOP_SECONDS_MAX);
  }

  /** Lets a server end in peace and returns when it has. */
  void stop(int node) throws IOException {
    Process process = process(node);
    process.destroy();
    if (!await(process, STOP_SECONDS_MAX)) {
      throw new IOException("node " + node + " does not stop when it is told to");
    }
  }

  /** Sends a signal that Java has no word for. */
  void signal(int node, String name) throws IOException {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process(node).pid()))
            .redirectErrorStream(true)
            .start();
    if (!await(kill, STOP_SECONDS_MAX) || kill.exitValue() != 0) {
      throw new IOException("node " + node + " cannot be sent SIG" + name);
    }
  }

  @Override
  public synchronized List<Long> pids() {
    return processes.values().stream().map(Process::pid).toList();
  }

  @Override
  public void close() {
    List<Process> all;
    synchronized (this) {
      isClosed = true;
      all = new ArrayList<>(processes.values());
    }
    for (Process process : all) {
      try {
        process.getOutputStream().close();
      } catch (IOException gone) {
        process.destroy();
      }
    }
    for (Process process : all) {
      if (!await(process, STOP_SECONDS_MAX)) {
        process.destroyForcibly();
        await(process, STOP_SECONDS_MAX);
      }
    }
  }

  private synchronized Process process(int node) {
    return Optional.ofNullable(processes.get(node)).orElseThrow();
  }

  private void noticed(int node, Process process) {
    while (process.isAlive()) {
      await(process, STOP_SECONDS_MAX);
    }
    synchronized (this) {
      if (!isClosed) {
        shell.say("node %d (pid %d) has ended", node, process.pid());
      }
    }
  }

  private static List<String> command(Path config, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(JVM);
    command.addAll(options);
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> INHERITED.stream().anyMatch(argument::startsWith))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path", ""),
            MAIN,
            "server",
            "--config",
            config.toString(),
            "--until-end-of-input"));
    return command;
  }

  private Path errors(int node) {
    return layout.dir().resolve("node" + node + ".err");
  }

  private String lastError(int node) {
    try {
      List<String> lines = Files.readAllLines(errors(node));
      return lines.isEmpty()
          ? "see " + layout.nodeDir(node).resolve("logs")
          : lines.get(lines.size() - 1);
    } catch (IOException unreadable) {
      return CommandFailure.reasonOf(unreadable);
    }
  }

  private static boolean await(Process process, long seconds) {
    try {
      return process.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
