package io.flotilla.deploy.server;

import io.flotilla.base.rpc.GrpcRpc;
import io.flotilla.base.rpc.GrpcServerHost;
import io.flotilla.base.rpc.RpcLimits;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.FileDisk;
import io.flotilla.base.runtime.ThreadEventLoop;
import io.flotilla.deploy.config.ServerConfig;
import io.flotilla.raft.host.Node;
import io.flotilla.raft.host.NodeConfig;
import io.flotilla.raft.host.NodeListener;
import io.flotilla.raft.host.Seams;
import io.flotilla.raft.wal.WalConfig;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node on the real seams: its loops, its directory, its three ports.
 *
 * <p>The ports open after the directory has been locked and found to be this node's, and after its
 * log is recovered. {@link #start} and {@link #close} are called from one thread; each ends.
 */
public final class ServerNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerNode.class);
  private static final long STOP_SECONDS_MAX = 5;

  private final ServerConfig config;
  private final Consumer<String> onDeath;
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Switchboard switchboard = new Switchboard();
  private final CompletableFuture<String> accepted = new CompletableFuture<>();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final GrpcServerHost clientPort;
  private final LateWire wire;
  private Optional<Running> running = Optional.empty();
  private boolean isClosed;
  private volatile boolean isServing;
  private volatile String defect = "";

  /**
   * A node that has done nothing yet.
   *
   * @param onDeath hears, once it runs, why it no longer serves; only a restart ends that
   */
  public ServerNode(ServerConfig config, Consumer<String> onDeath) {
    this.config = config;
    this.onDeath = onDeath;
    this.clientPort =
        new GrpcServerHost(
            config.listen().client().host(), config.listen().client().port(), RpcLimits.DEFAULT);
    this.wire = new LateWire(config.listen().peer(), this::fatal);
  }

  /**
   * Locks and recovers, starts its roles, opens the ports. Returns when it may be asked, though an
   * unborn node answers little.
   *
   * @throws IOException with one line for the operator; nothing is left open
   */
  public void start() throws IOException {
    try {
      begin();
      String problem = accepted.get();
      if (!problem.isEmpty()) {
        throw new IOException(problem);
      }
      openPorts();
    } catch (DiskException | ExecutionException failure) {
      close();
      throw new IOException(failure.getMessage(), failure);
    } catch (IOException failure) {
      close();
      throw failure;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      close();
      throw new IOException("interrupted", stop);
    }
  }

  /** Stops serving, closes ports and directory; what was acknowledged is on disk already. */
  @Override
  public synchronized void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    isServing = false;
    clientPort.serving(false);
    running.ifPresent(ServerNode::stop);
    running = Optional.empty();
    closeQuietly(clientPort);
    closeQuietly(wire);
    for (int i = opened.size() - 1; i >= 0; i--) {
      closeQuietly(opened.get(i));
    }
    opened.clear();
    LOG.info("node {} stopped", config.node());
  }

  private void begin() throws DiskException {
    FileDisk disk = FileDisk.open(config.dir(), config.diskReserveBytes());
    ThreadEventLoop loop = loop("loop");
    Seams seams =
        new Seams(
            loop,
            loop("log"),
            loop("files"),
            disk,
            open(new GrpcRpc(RpcLimits.DEFAULT)),
            switchboard,
            wire,
            new SplittableRandom(new SecureRandom().nextLong()),
            new PrometheusMeter(registry));
    NodeConfig told =
        new NodeConfig(
            config.node(),
            config.advertised().client(),
            config.advertised().peer(),
            config.controllerAddresses(),
            config.isController(),
            config.raft(),
            WalConfig.DEFAULT);
    Node node = new Node(seams, told, NodeAssembly.roles(config), new Ears());
    running = Optional.of(new Running(node, loop));
    node.start();
  }

  private void openPorts() throws IOException {
    wire.open();
    switchboard.connect(clientPort);
    clientPort.open();
    clientPort.serving(isServing);
    opened.add(
        AdminPort.open(
            config.listen().admin(),
            registry,
            new AdminPort.Health(
                () -> defect, () -> isServing ? defect : "not serving: recovering or not born")));
    LOG.info(
        "node {} listens: clients {}, peers {}, admin {}",
        config.node(),
        config.listen().client(),
        config.listen().peer(),
        config.listen().admin());
  }

  private ThreadEventLoop loop(String name) {
    return open(new ThreadEventLoop("flotilla-" + config.node() + "-" + name, this::fatal));
  }

  private <T extends AutoCloseable> T open(T resource) {
    opened.add(resource);
    return resource;
  }

  /** A task of a loop has thrown: an invariant is broken, and nothing more may be promised. */
  private void fatal(Throwable failure) {
    LOG.error("a broken invariant has stopped node {}", config.node(), failure);
    die("a broken invariant has stopped the node: " + failure);
  }

  private void die(String reason) {
    isServing = false;
    clientPort.serving(false);
    defect = reason;
    if (!accepted.complete(reason)) {
      onDeath.accept(reason);
    }
  }

  private static void stop(Running running) {
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    running
        .loop()
        .execute(
            () -> {
              running.node().stop();
              stopped.complete(null);
            });
    try {
      stopped.get(STOP_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException dead) {
      LOG.warn("the node's loop no longer answers; closing without it");
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception failure) {
      LOG.warn("while closing", failure);
    }
  }

  /** What runs once begun. */
  private record Running(Node node, ThreadEventLoop loop) {}

  /** Called on the node's loop. */
  private final class Ears implements NodeListener {
    @Override
    public void waiting() {
      LOG.info("node {} belongs to no cluster yet and waits to be born", config.node());
      accepted.complete("");
    }

    @Override
    public void started() {
      LOG.info("node {} serves", config.node());
      isServing = true;
      clientPort.serving(true);
      accepted.complete("");
    }

    @Override
    public void failed(String reason) {
      LOG.error("node {} cannot start: {}", config.node(), reason);
      die(reason);
    }

    @Override
    public void damaged(String what) {
      LOG.error("node {}: {}", config.node(), what);
    }

    @Override
    public void refused(String reason) {
      LOG.warn("the cluster does not take node {}: {}", config.node(), reason);
    }

    @Override
    public void noticed(String line) {
      LOG.warn("{}", line);
    }

    @Override
    public void latched(String reason) {
      LOG.error("the disk of node {} has failed: {}", config.node(), reason);
      die("the disk has failed, only a restart ends this: " + reason);
    }
  }
}
