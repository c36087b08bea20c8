package io.flotilla.deploy.playground;

import io.flotilla.bench.drill.DrillSite;
import io.flotilla.deploy.relay.Relay;
import io.flotilla.deploy.shell.Shell;
import io.flotilla.v1.JoinGroup;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A playground whose servers may be hurt. One thread, but for closing. */
public final class DrillGround implements DrillSite, AutoCloseable {
  private static final int NODES = 3;
  private static final int GROUPS = 3;
  private static final int SHARDS = 64;
  private static final long START_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
  private static final long POLL_MILLIS = 20;

  private final Layout layout;
  private final Optional<Relay> relay;
  private final ProcessServers servers;
  private final Playground playground;

  private DrillGround(Layout layout, Optional<Relay> relay) {
    this.layout = layout;
    this.relay = relay;
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    this.servers =
        new ProcessServers(
            layout,
            // That servers end is what a drill is about.
            new Shell(System.in, nowhere, nowhere, Map.of(), false),
            node -> relay.map(open -> open.options(node)).orElse(List.of()));
    this.playground = new Playground(layout, servers, false);
  }

  /**
   * A ground that is not open yet.
   *
   * @param dir where everything is kept, absolute
   * @param basePort as a playground has it
   * @param withCuts whether servers can be cut off from each other
   */
  public static DrillGround at(Path dir, int basePort, boolean withCuts) throws IOException {
    Layout layout = new Layout(NODES, GROUPS, NODES, SHARDS, dir, basePort);
    return new DrillGround(
        layout, withCuts ? Optional.of(new Relay(nodesOfPorts(layout))) : Optional.empty());
  }

  /** Whether every port from {@code basePort} on that a ground needs is free now. */
  public static boolean isFree(int basePort) {
    return Playground.portInUse(new Layout(NODES, GROUPS, NODES, SHARDS, Path.of("/"), basePort))
        .isEmpty();
  }

  /** Returns when every shard is served. */
  public void open() throws IOException {
    playground.start();
    // Cuts in a relay that nobody uses would make an easy drill.
    if (relay.isPresent() && relay.get().carried() < NODES * (NODES - 1)) {
      throw new IOException("the servers do not talk through the relay; no cut would reach them");
    }
  }

  /** Deletes what the servers have written; call after {@link #close}. */
  public void delete() throws IOException {
    Playground.deleteAll(layout.dir());
  }

  @Override
  public void close() {
    playground.close();
    relay.ifPresent(
        open -> {
          try {
            open.close();
          } catch (IOException gone) {
            // It belongs to this process, and goes with it.
            return;
          }
        });
  }

  @Override
  public List<String> endpoints() {
    return layout.endpoints();
  }

  @Override
  public List<Integer> nodes() {
    return layout.nodeIds();
  }

  @Override
  public JoinGroup group(int gid) {
    return layout.group(gid);
  }

  @Override
  public void kill(int node) {
    servers.kill(node);
  }

  @Override
  public void stop(int node) throws IOException {
    servers.stop(node);
  }

  @Override
  public void start(int node) throws IOException {
    servers.start(node);
    Readiness readiness = new Readiness(layout.admins().get(node - 1));
    long deadline = System.nanoTime() + START_NANOS_MAX;
    while (!readiness.isReady()) {
      String end = servers.endOf(node);
      if (!end.isEmpty()) {
        throw new IOException(end);
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("node " + node + " does not serve a minute after it was started");
      }
      sleep();
    }
  }

  @Override
  public void freeze(int node) throws IOException {
    servers.signal(node, "STOP");
  }

  @Override
  public void thaw(int node) throws IOException {
    servers.signal(node, "CONT");
  }

  @Override
  public void cut(int from, int to) {
    relay.orElseThrow().cut(from, to);
  }

  @Override
  public void heal() {
    relay.orElseThrow().heal();
  }

  /** Whose each port is; the admin ports are nobody's business. */
  private static Map<Integer, Integer> nodesOfPorts(Layout layout) {
    Map<Integer, Integer> nodes = new TreeMap<>();
    for (int node : layout.nodeIds()) {
      nodes.put(layout.clientPort(node), node);
      nodes.put(layout.peerPort(node), node);
    }
    return nodes;
  }

  private static void sleep() throws IOException {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stop);
    }
  }
}
