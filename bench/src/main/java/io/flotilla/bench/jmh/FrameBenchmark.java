package io.flotilla.bench.jmh;

import com.google.protobuf.ByteString;
import io.flotilla.base.Meter;
import io.flotilla.base.rpc.Wire;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.transport.PeerDirectory;
import io.flotilla.raft.transport.PeerLinks;
import io.flotilla.raft.transport.RefusalLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A turn's entries on their way to one follower: into a frame, and out of it again. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class FrameBenchmark {
  private static final NodeAddress LEADER = new NodeAddress(1, 11, "c1", "p1");
  private static final NodeAddress FOLLOWER = new NodeAddress(2, 22, "c2", "p2");
  private static final GroupId GROUP = new GroupId(1, 1);

  private final LastFrame wire = new LastFrame();
  private final PeerLinks sender = links(LEADER);
  private final Message message = append();
  private final ByteString frame = filled();
  private long received;

  /** Both ends of the wire, which holds one frame. */
  private static final class LastFrame implements Wire {
    private ByteString sent = ByteString.EMPTY;
    private Listener listener =
        new Listener() {
          @Override
          public void onFrame(ByteString frame, Runnable taken) {
            taken.run();
          }

          @Override
          public void onDown(String address) {}
        };

    @Override
    public void listen(Listener receiver) {
      listener = receiver;
    }

    @Override
    public boolean send(String address, ByteString frame) {
      sent = frame;
      return true;
    }
  }

  private PeerLinks links(NodeAddress self) {
    PeerDirectory directory = new PeerDirectory();
    directory.put(LEADER);
    directory.put(FOLLOWER);
    RefusalLog silent = new RefusalLog(new InlineLoop(), line -> {});
    return new PeerLinks("cluster", self, 1, wire, directory, Meter.NONE, silent);
  }

  /** Connects the follower's end. */
  @Setup
  public void listen() {
    links(FOLLOWER).listen(new InlineLoop(), (group, from, arrived) -> received++);
  }

  private static Message append() {
    List<Entry> entries = new ArrayList<>();
    for (int i = 1; i <= Payloads.BATCH; i++) {
      entries.add(new Entry(1, 1_000_000 + i, Entry.Kind.COMMAND, Payloads.value(i)));
    }
    return new Message.AppendEntries(1, new LogPosition(1, 1_000_000), entries, 999_990);
  }

  private ByteString filled() {
    send();
    // What arrives is one piece, whatever it was made of.
    return ByteString.copyFrom(wire.sent.toByteArray());
  }

  @Benchmark
  @OperationsPerInvocation(Payloads.BATCH)
  public int send() {
    sender.send(GROUP, FOLLOWER.node(), message);
    sender.flush();
    return wire.sent.size();
  }

  @Benchmark
  @OperationsPerInvocation(Payloads.BATCH)
  public long receive() {
    wire.listener.onFrame(frame, () -> {});
    return received;
  }
}
