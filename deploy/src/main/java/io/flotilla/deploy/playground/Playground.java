package io.flotilla.deploy.playground;

import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.FileDisk;
import io.flotilla.deploy.shell.CommandFailure;
import io.flotilla.deploy.shell.Shell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.OptionalInt;

/** A running playground: its directory, its servers, its cluster. Thread-safe to close. */
final class Playground implements AutoCloseable {
  private final Layout layout;
  private final Servers servers;
  private final ClusterFile file;
  private final boolean isTemporary;
  private Optional<Disk.Lock> lock = Optional.empty();
  private boolean isClosed;

  Playground(Layout layout, Servers servers, boolean isTemporary) {
    this.layout = layout;
    this.servers = servers;
    this.file = new ClusterFile(layout.dir());
    this.isTemporary = isTemporary;
  }

  /** Returns when every shard is served. */
  void start() throws IOException {
    takeDirectory();
    file.remove();
    requireSameNodes();
    requireFreePorts();
    for (int node : layout.nodeIds()) {
      Files.createDirectories(layout.nodeDir(node));
      Files.writeString(layout.configFile(node), layout.config(node));
    }
    try {
      for (int node : layout.nodeIds()) {
        servers.start(node);
      }
    } catch (IOException refused) {
      throw CommandFailure.usage("%s", CommandFailure.reasonOf(refused));
    }
    new Founding(layout, servers).run();
    announce();
  }

  /** Writes down where the cluster is; again when a server has another process. */
  void announce() throws IOException {
    file.write(layout, servers.pids());
  }

  Layout layout() {
    return layout;
  }

  Servers servers() {
    return servers;
  }

  /** Prints where it is and what to try. */
  void greet(Shell shell, String command) {
    shell
        .out()
        .printf(
            "playground serves: %d nodes, %d groups of %d, %d shards, in %s%n",
            layout.nodes(), layout.groups(), layout.replicas(), layout.shards(), layout.dir());
    for (int node : layout.nodeIds()) {
      int at = node - 1;
      shell
          .out()
          .printf(
              "  node %d: clients %s, admin http://%s%n",
              node, layout.endpoints().get(at), layout.admins().get(at));
    }
    String first = layout.endpoints().get(0);
    shell.out().println("try:");
    shell.out().printf("  %s put greeting hello --endpoints %s%n", command, first);
    shell.out().printf("  %s get greeting --endpoints %s%n", command, first);
    shell.out().printf("  %s ctl status --endpoints %s%n", command, first);
    shell.out().flush();
  }

  @Override
  public synchronized void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    servers.close();
    lock.ifPresent(Disk.Lock::close);
    if (isTemporary) {
      try {
        deleteAll(layout.dir());
      } catch (IOException left) {
        // What is left of a temporary directory is the system's to clean.
        return;
      }
    }
  }

  private void takeDirectory() throws IOException {
    try {
      Files.createDirectories(layout.dir());
      lock = Optional.of(FileDisk.open(layout.dir()).lock("LOCK"));
    } catch (DiskException taken) {
      throw CommandFailure.usage(
          "%s is in use by another playground, or cannot be used: %s",
          layout.dir(), CommandFailure.reasonOf(taken));
    } catch (IOException unusable) {
      throw CommandFailure.usage(
          "cannot use directory %s: %s", layout.dir(), CommandFailure.reasonOf(unusable));
    }
  }

  /** A node that is left out would take its data, and its vote, with it. */
  private void requireSameNodes() {
    int found = 0;
    while (Files.exists(layout.configFile(found + 1))) {
      found++;
    }
    for (int node = 1; node <= found; node++) {
      if (!Files.isDirectory(layout.nodeDir(node))) {
        throw CommandFailure.usage(
            "%s is gone, and with it what node %d has promised; bring it back, or take another"
                + " --dir",
            layout.nodeDir(node), node);
      }
    }
    if (found > 0 && found != layout.nodes()) {
      throw CommandFailure.usage(
          "%s holds a playground of %d nodes; start it with --nodes %d, or take another --dir",
          layout.dir(), found, found);
    }
  }

  private void requireFreePorts() {
    OptionalInt taken = portInUse(layout);
    if (taken.isPresent()) {
      throw CommandFailure.usage(
          "port %d on 127.0.0.1 is in use; choose another --base-port", taken.getAsInt());
    }
  }

  /** A port that the servers would need and somebody has. */
  static OptionalInt portInUse(Layout layout) {
    for (int port : layout.ports()) {
      try (ServerSocket probe = new ServerSocket()) {
        probe.setReuseAddress(true);
        probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      } catch (IOException taken) {
        return OptionalInt.of(port);
      }
    }
    return OptionalInt.empty();
  }

  static void deleteAll(Path dir) throws IOException {
    Files.walkFileTree(
        dir,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path found, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(found);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path left, IOException failure)
              throws IOException {
            Files.delete(left);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
