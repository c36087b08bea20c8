package io.flotilla.raft.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.Wire;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.core.message.Message;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One frame a peer and turn; and whose frames are listened to. */
class PeerLinksTest {
  private static final GroupId GROUP = new GroupId(1, 1);
  private static final Message.Heartbeat HEARTBEAT = new Message.Heartbeat(5, 0, 0);

  private final Simulation simulation = new Simulation(1);
  private final FakeWire wire = new FakeWire();
  private final List<Integer> heard = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final PeerLinks links = links();

  @Test
  void messagesOfATurnShareOneFrameAPeer() {
    for (int gid = 1; gid <= 9; gid++) {
      links.send(new GroupId(gid, 1), 2, HEARTBEAT);
      links.send(new GroupId(gid, 1), 3, HEARTBEAT);
    }
    assertThat(wire.sent).isEmpty();
    links.flush();
    links.flush();
    assertThat(wire.sent).hasSize(2);
    assertThat(Frame.parse(wire.sent.get(0)).orElseThrow().items()).hasSize(9);
  }

  @Test
  void aFrameIsCutBeforeItOutgrowsTheWire() {
    ByteString value = ByteString.copyFrom(new byte[1 << 20]);
    Entry entry = new Entry(1, 1, Entry.Kind.COMMAND, value);
    for (int i = 0; i < 10; i++) {
      links.send(GROUP, 2, new Message.AppendEntries(1, LogPosition.ZERO, List.of(entry), 0));
    }
    links.flush();
    assertThat(wire.sent).allMatch(frame -> frame.size() < 4 << 20).hasSizeGreaterThan(3);
  }

  @Test
  void onlyFramesFromTheStoreOfAKnownPeerToThisNodeAreOpened() {
    receive(new FrameHeader("cluster", 2, 20, 1, 1, 10));
    assertThat(heard).containsExactly(2);
    receive(new FrameHeader("another", 2, 20, 1, 1, 10));
    receive(
        new FrameHeader("cluster", 2, 21, 1, 1, 10)); // another directory under the same node id
    receive(new FrameHeader("cluster", 4, 40, 1, 1, 10)); // nobody has told of it
    receive(new FrameHeader("cluster", 0, 0, 1, 1, 10));
    receive(new FrameHeader("cluster", 1, 10, 1, 1, 10)); // this node's own id
    receive(new FrameHeader("cluster", 2, 20, 1, 3, 30)); // meant for somebody else
    receive(new FrameHeader("cluster", 2, 20, 1, 1, 11)); // for a directory this node had before
    assertThat(heard).containsExactly(2);
    assertThat(refused()).isEqualTo(7);
  }

  @Test
  void aLifeThatIsOverIsNotListenedToAnyMore() {
    receive(new FrameHeader("cluster", 2, 20, 4, 1, 10));
    receive(new FrameHeader("cluster", 3, 30, 1, 1, 10));
    receive(new FrameHeader("cluster", 2, 20, 5, 1, 10));
    receive(new FrameHeader("cluster", 2, 20, 4, 1, 10));
    assertThat(heard).containsExactly(2, 3, 2);
    assertThat(refused()).isEqualTo(1);
  }

  @Test
  void aFloodOfGarbageIsCountedAndCostsALineASecond() {
    for (int i = 0; i < 5_000; i++) {
      wire.listener.orElseThrow().onFrame(ByteString.copyFromUtf8("garbage " + i), () -> {});
      simulation.runFor(1_000_000);
    }
    assertThat(refused()).isEqualTo(5_000);
    assertThat(lines).hasSizeBetween(5, 6);
    assertThat(heard).isEmpty();
  }

  private long refused() {
    return simulation.meter().counted("flotilla_raft_frames_refused_total");
  }

  @Test
  void aPeerNobodyKnowsCostsAFrameAndNoMore() {
    links.send(GROUP, 9, HEARTBEAT);
    links.flush();
    assertThat(wire.sent).isEmpty();
    assertThat(simulation.meter().counted("flotilla_raft_frames_dropped_total")).isEqualTo(1);
  }

  private void receive(FrameHeader header) {
    FrameWriter writer = new FrameWriter(header);
    writer.add(GROUP, HEARTBEAT);
    wire.listener.orElseThrow().onFrame(writer.finish(), () -> {});
    simulation.runFor(1_000_000);
  }

  private PeerLinks links() {
    PeerDirectory directory = new PeerDirectory();
    for (int node = 1; node <= 3; node++) {
      directory.put(new NodeAddress(node, 10L * node, "client" + node, "peer" + node));
    }
    NodeAddress self = directory.find(1).orElseThrow();
    EventLoop loop = simulation.node("node1").loop("main");
    RefusalLog refusals = new RefusalLog(loop, lines::add);
    PeerLinks made =
        new PeerLinks("cluster", self, 1, wire, directory, simulation.meter(), refusals);
    made.listen(loop, (group, from, message) -> heard.add(from));
    return made;
  }

  private static final class FakeWire implements Wire {
    private final List<ByteString> sent = new ArrayList<>();
    private Optional<Listener> listener = Optional.empty();

    @Override
    public boolean send(String address, ByteString frame) {
      return sent.add(frame);
    }

    @Override
    public void listen(Listener receiver) {
      listener = Optional.of(receiver);
    }
  }
}
