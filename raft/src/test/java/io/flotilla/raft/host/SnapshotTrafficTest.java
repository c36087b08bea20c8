package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.runtime.Timeout;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.SnapshotSink;
import io.flotilla.raft.SnapshotSource;
import io.flotilla.raft.core.ReceivedChunk;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.core.message.Message.SnapshotChunk;
import io.flotilla.raft.core.message.Message.SnapshotReply;
import io.flotilla.raft.snapshot.SnapshotLoops;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class SnapshotTrafficTest {
  private static final long TERM = 3;
  private static final SnapshotHeader HEADER =
      new SnapshotHeader(new LogPosition(2, 20), Membership.of(List.of(1, 2, 3)));

  private final Receiver receiver = new Receiver();
  private final SnapshotTraffic traffic =
      new SnapshotTraffic(receiver, new SnapshotLoops(new DirectLoop(), new DirectLoop()));

  private void receive(long offset, String bytes, long length) {
    ByteString data = ByteString.copyFromUtf8(bytes);
    CRC32C crc = new CRC32C();
    crc.update(data.asReadOnlyByteBuffer());
    traffic.onChunk(
        new ReceivedChunk(
            2, new SnapshotChunk(TERM, HEADER, length, offset, data, (int) crc.getValue())));
  }

  @Test
  void completeSnapshotIsCommittedThenInstalledThenReported() {
    receive(0, "half", 8);
    receive(4, "more", 8);

    assertThat(receiver.story)
        .containsExactly(
            "write 0", "reply 4 false", "write 4", "before", "commit", "installed", "reply 0 true");
  }

  @Test // the log brought more while the last bytes were staged: the state never goes back
  void overtakenSnapshotIsDroppedAndReportedAsThere() {
    receiver.appliedMeanwhile = 25;

    receive(0, "all of it", 9);

    assertThat(receiver.story).containsExactly("write 0", "before", "abort", "overtaken");
    receiver.story.clear();
    receiver.appliedMeanwhile = 0;
    receive(0, "all of it", 9);
    assertThat(receiver.story).as("the next one is taken").contains("installed");
  }

  @Test // the leader is answered by the core then, and sends no more
  void aSnapshotOvertakenBeforeItsEndLeavesNothingStaged() {
    receive(0, "half", 8);
    traffic.tick();
    assertThat(receiver.story).containsExactly("write 0", "reply 4 false");
    receiver.appliedMeanwhile = 20;
    traffic.tick();
    assertThat(receiver.story).containsExactly("write 0", "reply 4 false", "abort");
  }

  @Test
  void damagedChunkIsIgnored() {
    ByteString data = ByteString.copyFromUtf8("data");

    traffic.onChunk(new ReceivedChunk(2, new SnapshotChunk(TERM, HEADER, 4, 0, data, 1)));

    assertThat(receiver.story).isEmpty();
  }

  /** Writes down what is asked of it. */
  private static final class Receiver implements SnapshotTraffic.Replica, SnapshotSink {
    private final List<String> story = new ArrayList<>();
    private long appliedMeanwhile;

    @Override
    public void send(int to, Message message) {
      SnapshotReply reply = (SnapshotReply) message;
      story.add("reply " + reply.nextOffset() + " " + reply.installed());
    }

    @Override
    public long term() {
      return TERM;
    }

    @Override
    public SnapshotSource openSnapshot() {
      throw new AssertionError("sends nothing");
    }

    @Override
    public SnapshotSink beginRestore(SnapshotHeader header, long length) {
      return this;
    }

    @Override
    public void beforeInstall(SnapshotHeader header, Runnable commit, Runnable overtaken) {
      story.add("before");
      (header.position().index() > appliedMeanwhile ? commit : overtaken).run();
    }

    @Override
    public void installed(SnapshotHeader header) {
      story.add("installed");
    }

    @Override
    public void notInstalled(String reason) {
      story.add("not installed");
    }

    @Override
    public void overtaken(int leader, SnapshotHeader header) {
      story.add("overtaken");
    }

    @Override
    public long appliedIndex() {
      return appliedMeanwhile;
    }

    @Override
    public void snapshotFailed(int peer) {
      story.add("failed");
    }

    @Override
    public void write(long offset, ByteString bytes) {
      story.add("write " + offset);
    }

    @Override
    public boolean commit() {
      story.add("commit");
      return true;
    }

    @Override
    public void abort() {
      story.add("abort");
    }
  }

  /** Does everything at once. */
  private static final class DirectLoop implements EventLoop {
    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public Timeout schedule(long delayNanos, Runnable task) {
      throw new AssertionError("no timers here");
    }

    @Override
    public boolean inLoop() {
      return true;
    }
  }
}
