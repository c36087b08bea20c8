package io.flotilla.raft.host;

import com.google.protobuf.ByteString;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSink;
import io.flotilla.raft.SnapshotSource;
import io.flotilla.raft.core.ReceivedChunk;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.snapshot.IncomingSnapshot;
import io.flotilla.raft.snapshot.OutgoingSnapshot;
import io.flotilla.raft.snapshot.SnapshotLoops;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The snapshots one replica sends and receives. Owned by the group's loop.
 *
 * <p>Installing follows one order: all bytes staged, no checkpoint running, applying held, commit
 * on disk, state replaced, core told, log reset, leader told. Before the commit a crash leaves the
 * old state; after it the log is brought in line at recovery.
 */
final class SnapshotTraffic {
  /** What this room asks of the replica it serves. */
  interface Replica {
    void send(int to, Message message);

    long term();

    SnapshotSource openSnapshot();

    SnapshotSink beginRestore(SnapshotHeader header, long length);

    /**
     * Holds applying and, once no checkpoint is running, calls {@code commit}; or {@code overtaken}
     * if everything in the snapshot is applied already, because the state must never go back.
     */
    void beforeInstall(SnapshotHeader header, Runnable commit, Runnable overtaken);

    void installed(SnapshotHeader header);

    void notInstalled(String reason);

    /**
     * All of the snapshot has come by the log meanwhile: {@code leader} is to be told so, once what
     * the log brought is durable here. It will never again send what it has been promised.
     */
    void overtaken(int leader, SnapshotHeader header);

    /** Index of the last entry applied. */
    long appliedIndex();

    void snapshotFailed(int peer);
  }

  /**
   * Where one transfer has failed the next would too, on a full disk for instance, taking from the
   * log what space is left; 5 s with the default heartbeat.
   */
  private static final int TICKS_DEAF = 100;

  private final Replica replica;
  private final SnapshotLoops loops;
  private final TreeMap<Integer, OutgoingSnapshot> outgoing = new TreeMap<>();
  private Optional<Arrival> incoming = Optional.empty();
  private boolean isInstalling;
  private int ticksDeaf;

  SnapshotTraffic(Replica replica, SnapshotLoops loops) {
    this.replica = replica;
    this.loops = loops;
  }

  /** Starts sending the newest checkpoint to {@code peer}, replacing a transfer under way. */
  void sendTo(int peer) {
    stop(peer);
    SnapshotSource source = replica.openSnapshot();
    outgoing.put(peer, new OutgoingSnapshot(source, loops, outgoingPort(peer)));
  }

  void onReply(int from, Message.SnapshotReply reply) {
    OutgoingSnapshot transfer = outgoing.get(from);
    if (transfer != null) {
      transfer.onReply(reply);
      if (transfer.isOver()) {
        outgoing.remove(from);
      }
    }
  }

  void tick() {
    outgoing.values().forEach(OutgoingSnapshot::tick);
    outgoing.values().removeIf(OutgoingSnapshot::isOver);
    ticksDeaf = Math.max(0, ticksDeaf - 1);
    if (!isInstalling && incoming.filter(Arrival::isOvertaken).isPresent()) {
      // Its leader has been told that no more of it is needed; what is staged would stay for ever.
      drop();
    }
  }

  /** Leadership is gone, and with it every transfer that was sent. */
  void stopSending() {
    outgoing.values().forEach(OutgoingSnapshot::close);
    outgoing.clear();
  }

  void close() {
    stopSending();
    drop();
  }

  void onChunk(ReceivedChunk received) {
    Message.SnapshotChunk chunk = received.chunk();
    if (isInstalling || ticksDeaf > 0 || crc32c(chunk.bytes()) != chunk.crc32c()) {
      return;
    }
    if (incoming.isEmpty() || !incoming.get().isOf(received)) {
      drop();
      incoming = Optional.of(new Arrival(received));
    }
    incoming.get().transfer.onChunk(chunk.offset(), chunk.bytes());
  }

  private void drop() {
    incoming.ifPresent(arrival -> arrival.transfer.abort());
    incoming = Optional.empty();
  }

  private void stop(int peer) {
    OutgoingSnapshot old = outgoing.remove(peer);
    if (old != null) {
      old.close();
    }
  }

  private OutgoingSnapshot.Port outgoingPort(int peer) {
    return new OutgoingSnapshot.Port() {
      @Override
      public void send(SnapshotSource source, long offset, ByteString bytes) {
        replica.send(
            peer,
            new Message.SnapshotChunk(
                replica.term(), source.header(), source.length(), offset, bytes, crc32c(bytes)));
      }

      @Override
      public void failed() {
        replica.snapshotFailed(peer);
      }
    };
  }

  private void reply(int leader, SnapshotHeader header, long nextOffset, boolean installed) {
    replica.send(
        leader,
        new Message.SnapshotReply(replica.term(), header.position(), nextOffset, installed));
  }

  private static int crc32c(ByteString bytes) {
    CRC32C crc = new CRC32C();
    for (ByteBuffer part : bytes.asReadOnlyByteBufferList()) {
      crc.update(part);
    }
    return (int) crc.getValue();
  }

  /**
   * One snapshot coming in from one leader. A later leader's is another one even if it stands for
   * the same position: its answers go elsewhere, and nobody promises that the bytes are the same.
   */
  private final class Arrival implements IncomingSnapshot.Port {
    private final int leader;
    private final SnapshotHeader header;
    private final IncomingSnapshot transfer;

    Arrival(ReceivedChunk first) {
      this.leader = first.from();
      this.header = first.chunk().header();
      long length = first.chunk().length();
      this.transfer =
          new IncomingSnapshot(header, length, replica.beginRestore(header, length), loops, this);
    }

    boolean isOf(ReceivedChunk received) {
      return leader == received.from()
          && transfer.isOf(received.chunk().header(), received.chunk().length());
    }

    boolean isOvertaken() {
      return header.position().index() <= replica.appliedIndex();
    }

    @Override
    public void staged(long nextOffset) {
      reply(leader, header, nextOffset, false);
    }

    @Override
    public void complete() {
      isInstalling = true;
      replica.beforeInstall(header, this::commit, this::overtaken);
    }

    private void commit() {
      if (isCurrent()) {
        transfer.commit();
      }
    }

    private void overtaken() {
      if (isCurrent()) {
        over();
        transfer.discard();
        replica.overtaken(leader, header);
      }
    }

    @Override
    public void committed() {
      over();
      replica.installed(header);
      reply(leader, header, 0, true);
    }

    /** A transfer that was given up may still fail; that says nothing about the one after it. */
    @Override
    public void failed(String reason) {
      if (isCurrent()) {
        over();
        ticksDeaf = TICKS_DEAF;
        replica.notInstalled(reason);
      }
    }

    private boolean isCurrent() {
      return incoming.filter(current -> current == this).isPresent();
    }

    private void over() {
      isInstalling = false;
      incoming = Optional.empty();
    }
  }
}
