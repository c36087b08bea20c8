package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSink;
import io.flotilla.raft.SnapshotSource;
import io.flotilla.raft.core.ReceivedChunk;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.snapshot.SnapshotLoops;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Snapshots on their way while leaders change, chunks get lost and answers come twice. */
class SnapshotLeadersTest {
  private static final SnapshotHeader HEADER =
      new SnapshotHeader(new LogPosition(4, 90), Membership.of(List.of(1, 2, 3)));
  private static final ByteString STATE = ByteString.copyFrom(new byte[700_000]);
  private static final int HALF = 350_000;

  private final Simulation simulation = new Simulation(5);
  private final SimNode process = simulation.node("node1");
  private final FakeReplica replica = new FakeReplica();
  private final SnapshotTraffic traffic =
      new SnapshotTraffic(replica, new SnapshotLoops(process.loop("main"), process.loop("file")));

  @Test
  void aSnapshotIsSentChunkByChunkAndResumesWhereTheReceiverStands() {
    traffic.sendTo(2);
    settle();
    traffic.onReply(2, staged(HALF));
    settle();
    assertThat(replica.offsetsTo(2)).containsExactly(0L, (long) HALF);
  }

  @Test
  void anAnswerThatComesTwiceDoesNotDoubleTheTransfer() {
    traffic.sendTo(2);
    settle();
    traffic.onReply(2, staged(HALF));
    settle();
    traffic.onReply(2, staged(HALF));
    settle();
    assertThat(replica.offsetsTo(2)).containsExactly(0L, (long) HALF);
  }

  @Test
  void aLostChunkIsSentAgainAndASilentReceiverGivenUpInTheEnd() {
    traffic.sendTo(2);
    settle();
    for (int tick = 0; tick < 11; tick++) {
      traffic.tick();
    }
    settle();
    assertThat(replica.offsetsTo(2)).containsExactly(0L, 0L);
    for (int tick = 0; tick < 200; tick++) {
      traffic.tick();
      settle();
    }
    assertThat(replica.events).contains("failed to 2");
    assertThat(replica.openSources).isZero();
  }

  @Test
  void aCompleteSnapshotIsInstalledOnceAndItsLeaderTold() {
    receive(2, 0, HALF);
    receive(2, HALF, STATE.size());
    assertThat(replica.events).containsExactly("installed");
    assertThat(replica.repliesTo(2))
        .containsExactly(staged(HALF), new Message.SnapshotReply(7, HEADER.position(), 0, true));
  }

  @Test
  void aNewLeaderWithTheSameSnapshotIsAnsweredAndStartsAnew() {
    receive(2, 0, HALF);
    receive(3, HALF, STATE.size());
    assertThat(replica.repliesTo(3)).containsExactly(staged(0));
    receive(3, 0, HALF);
    receive(3, HALF, STATE.size());
    assertThat(replica.events).containsExactly("installed");
    assertThat(replica.repliesTo(3).get(2).installed()).isTrue();
  }

  @Test
  void theLateFailureOfATransferGivenUpLeavesItsSuccessorAlone() {
    replica.failWrites = true;
    traffic.onChunk(chunk(2, 0, HALF));
    traffic.onChunk(chunk(3, HALF, HALF)); // gives the first up while its write is under way
    settle();
    replica.failWrites = false;
    receive(3, 0, HALF);
    receive(3, HALF, STATE.size());
    assertThat(replica.events).containsExactly("installed");
  }

  @Test
  void afterAFailureNothingIsTakenForAWhile() {
    replica.failWrites = true;
    receive(2, 0, HALF);
    assertThat(replica.events).containsExactly("not installed");
    replica.failWrites = false;
    receive(2, 0, HALF);
    assertThat(replica.repliesTo(2)).isEmpty();
    for (int tick = 0; tick < 100; tick++) {
      traffic.tick();
    }
    receive(2, 0, HALF);
    assertThat(replica.repliesTo(2)).containsExactly(staged(HALF));
  }

  @Test
  void aFlippedBitIsNotStaged() {
    Message.SnapshotChunk good = chunk(2, 0, HALF).chunk();
    traffic.onChunk(
        new ReceivedChunk(
            2,
            new Message.SnapshotChunk(
                7, HEADER, good.length(), 0, good.bytes(), good.crc32c() ^ 1)));
    settle();
    assertThat(replica.repliesTo(2)).isEmpty();
  }

  private void receive(int from, int begin, int end) {
    traffic.onChunk(chunk(from, begin, end));
    settle();
  }

  private static ReceivedChunk chunk(int from, int begin, int end) {
    ByteString bytes = STATE.substring(begin, end);
    CRC32C crc = new CRC32C();
    crc.update(bytes.toByteArray());
    return new ReceivedChunk(
        from,
        new Message.SnapshotChunk(7, HEADER, STATE.size(), begin, bytes, (int) crc.getValue()));
  }

  private static Message.SnapshotReply staged(long next) {
    return new Message.SnapshotReply(7, HEADER.position(), next, false);
  }

  private void settle() {
    simulation.runFor(1_000_000);
  }

  /** A replica that installs at once. */
  private final class FakeReplica implements SnapshotTraffic.Replica {
    private record Sent(int to, Message message) {}

    private final List<Sent> sent = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private boolean failWrites;
    private long appliedIndex;
    private int openSources;

    List<Long> offsetsTo(int peer) {
      return sent.stream()
          .filter(each -> each.to() == peer)
          .map(each -> ((Message.SnapshotChunk) each.message()).offset())
          .toList();
    }

    List<Message.SnapshotReply> repliesTo(int peer) {
      return sent.stream()
          .filter(each -> each.to() == peer)
          .map(each -> (Message.SnapshotReply) each.message())
          .toList();
    }

    @Override
    public void send(int to, Message message) {
      sent.add(new Sent(to, message));
    }

    @Override
    public long term() {
      return 7;
    }

    @Override
    public SnapshotSource openSnapshot() {
      openSources++;
      return new SnapshotSource() {
        @Override
        public SnapshotHeader header() {
          return HEADER;
        }

        @Override
        public long length() {
          return STATE.size();
        }

        @Override
        public ByteString read(long offset, int maxBytes) {
          return STATE.substring((int) offset, (int) Math.min(STATE.size(), offset + maxBytes));
        }

        @Override
        public void close() {
          openSources--;
        }
      };
    }

    @Override
    public SnapshotSink beginRestore(SnapshotHeader header, long length) {
      return new SnapshotSink() {
        private long staged;

        @Override
        public void write(long offset, ByteString bytes) throws DiskException {
          if (failWrites) {
            throw new DiskException.Full("no space left");
          }
          staged = offset + bytes.size();
        }

        @Override
        public boolean commit() {
          return staged == STATE.size();
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void beforeInstall(SnapshotHeader header, Runnable commit, Runnable overtaken) {
      commit.run();
    }

    @Override
    public void installed(SnapshotHeader header) {
      events.add("installed");
    }

    @Override
    public void notInstalled(String reason) {
      events.add("not installed");
    }

    @Override
    public void overtaken(int leader, SnapshotHeader header) {
      events.add("overtaken");
    }

    @Override
    public long appliedIndex() {
      return appliedIndex;
    }

    @Override
    public void snapshotFailed(int peer) {
      events.add("failed to " + peer);
    }
  }
}
