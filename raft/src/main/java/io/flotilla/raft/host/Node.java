package io.flotilla.raft.host;

import io.flotilla.base.runtime.Disk;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.internal.v1.HelloResponse;
import io.flotilla.raft.transport.PeerDirectory;
import io.flotilla.raft.transport.PeerLinks;
import io.flotilla.raft.transport.RefusalLog;
import io.flotilla.raft.wal.Wal;
import io.flotilla.raft.wal.WalDamage;
import io.flotilla.raft.wal.WalRecovery;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One node: seams, configuration and roles put together. The same class is a server process and a
 * node of a simulated cluster.
 *
 * <p>Starting is a chain over the loops that may block: directory locked and identity read on the
 * file loop, log recovered and synced on the log loop, roles started on the main loop. Nothing is
 * sent before the log is recovered: what a killed process wrote may be only in the page cache.
 */
public final class Node {
  private static final String LOCK = "LOCK";
  private static final String WAL = "wal";

  private final Seams seams;
  private final NodeConfig config;
  private final List<NodeRole> roles;
  private final NodeListener listener;
  private final PeerDirectory directory = new PeerDirectory();
  private Optional<Disk.Lock> lock = Optional.empty();
  private long boot;
  private Optional<RaftHost> host = Optional.empty();
  private Optional<Introductions> introductions = Optional.empty();
  private boolean isStopped;

  public Node(Seams seams, NodeConfig config, List<NodeRole> roles, NodeListener listener) {
    this.seams = seams;
    this.config = config;
    this.roles = List.copyOf(roles);
    this.listener = listener;
  }

  /** Begins to start; the listener hears how it went. Any thread, once. */
  public void start() {
    long newStore = seams.random().nextLong();
    seams.fileLoop().execute(() -> openDirectory(newStore));
  }

  /** Stops roles and replicas and unlocks the directory; what is durable stays. On the loop. */
  public void stop() {
    isStopped = true;
    introductions.ifPresent(Introductions::stop);
    if (host.isPresent()) {
      roles.forEach(NodeRole::stop);
      host.get().stop();
    }
    lock.ifPresent(Disk.Lock::close);
  }

  /** The replicas, once started. On the loop. */
  public Optional<RaftHost> host() {
    return host;
  }

  private void openDirectory(long newStore) {
    try {
      Disk.Lock taken = seams.disk().lock(LOCK);
      Identity identity = readOrCreate(newStore);
      long number = new BootFile(seams.disk()).next();
      seams.loop().execute(() -> directoryOpen(taken, identity, number));
    } catch (DiskException | StartFailure failure) {
      fail(reasonOf(failure));
    }
  }

  private Identity readOrCreate(long newStore) throws DiskException, StartFailure {
    IdentityFile file = new IdentityFile(seams.disk());
    Optional<Identity> found = file.read();
    if (found.isPresent()) {
      if (found.get().node() != config.node()) {
        throw new StartFailure(
            "the data directory belongs to node "
                + found.get().node()
                + ", this is node "
                + config.node());
      }
      return found.get();
    }
    if (seams.disk().exists(WAL)) {
      throw new StartFailure("the data directory has a log but no " + IdentityFile.NAME);
    }
    Identity unborn = new Identity(config.node(), newStore, "", List.of(), 0, 0);
    file.write(unborn);
    return unborn;
  }

  private void directoryOpen(Disk.Lock taken, Identity identity, long number) {
    lock = Optional.of(taken);
    boot = number;
    if (isStopped) {
      taken.close();
    } else if (identity.isBorn()) {
      recover(identity);
    } else {
      bindHello(identity);
      new Birth(seams, config, identity, this::write);
      listener.waiting();
    }
  }

  private void write(Identity born, Runnable written) {
    seams
        .fileLoop()
        .execute(
            () -> {
              try {
                new IdentityFile(seams.disk()).write(born);
                seams.loop().execute(written);
                seams.loop().execute(() -> recover(born));
              } catch (DiskException failure) {
                fail(reasonOf(failure));
              }
            });
  }

  private void recover(Identity identity) {
    bindHello(identity);
    Birth.refuse(seams, identity.cluster());
    seams
        .logLoop()
        .execute(
            () -> {
              try {
                WalRecovery.Result log =
                    Wal.open(
                        seams.disk(),
                        WAL,
                        config.wal(),
                        identity.store(),
                        seams.logLoop(),
                        seams.meter(),
                        failure -> seams.loop().execute(() -> latch(failure)));
                seams.loop().execute(() -> recovered(identity, log));
              } catch (DiskException | WalDamage failure) {
                fail(reasonOf(failure));
              }
            });
  }

  private void recovered(Identity identity, WalRecovery.Result log) {
    if (isStopped) {
      return;
    }
    NodeAddress self =
        new NodeAddress(
            identity.node(), identity.store(), config.clientAddress(), config.peerAddress());
    directory.put(self);
    identity.controllers().forEach(directory::put);
    directory.put(self);
    introduce(identity, self);
    log.torn().ifPresent(torn -> seams.meter().count("flotilla_wal_torn_tails_total", 1));
    PeerLinks links =
        new PeerLinks(
            identity.cluster(),
            self,
            boot,
            seams.wire(),
            directory,
            seams.meter(),
            new RefusalLog(seams.loop(), listener::noticed));
    RaftHost started =
        new RaftHost(identity.node(), seams, config.raft(), log.wal(), links, log.groups());
    host = Optional.of(started);
    NodeAccess access = new NodeAccess(seams, identity, config, started, directory, listener);
    try {
      for (NodeRole role : roles) {
        role.start(access);
      }
      listener.started();
    } catch (StartFailure failure) {
      fail(reasonOf(failure));
    }
  }

  private void bindHello(Identity identity) {
    HelloResponse hello =
        HelloResponse.newBuilder()
            .setCluster(identity.cluster())
            .setNode(identity.node())
            .setStore(identity.store())
            .setClient(config.clientAddress())
            .setPeer(config.peerAddress())
            .setController(config.isController())
            .build();
    seams
        .server()
        .bind(
            Introductions.HELLO,
            (call, reply) -> {
              seams.loop().execute(() -> introductions.ifPresent(open -> open.heard(call)));
              reply.answer(hello.toByteString());
            });
  }

  /** Only who holds the controller depends on it: everybody else asks the controller. */
  private void introduce(Identity identity, NodeAddress self) {
    if (!identity.controllers().isEmpty()) {
      Introductions started = new Introductions(seams, identity.cluster(), self, directory);
      introductions = Optional.of(started);
      started.start(config.controllers());
    }
  }

  private void latch(DiskException failure) {
    host.ifPresent(broken -> broken.latch(failure));
    listener.latched(reasonOf(failure));
  }

  private void fail(String reason) {
    seams.loop().execute(() -> listener.failed(reason));
  }

  private static String reasonOf(Exception failure) {
    return Objects.requireNonNullElse(failure.getMessage(), failure.toString());
  }
}
