package io.flotilla.raft.transport;

import com.google.protobuf.ByteString;
import io.flotilla.base.Meter;
import io.flotilla.base.rpc.Wire;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.core.message.Message;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Collects the messages of all groups to one peer into one frame a turn, and opens the frames that
 * come in. Owned by the node's loop.
 *
 * <p>Losing a frame is allowed: raft repeats what matters. A frame of another cluster, of or for
 * another store, or of a life of its sender that is over is dropped unread, counted, and told of
 * once a second at most.
 */
public final class PeerLinks {
  /** A frame is cut when it has grown past this, so that it stays below the wire's limit. */
  private static final int FRAME_BYTES = 2 << 20;

  private final FrameHeader self;
  private final Wire wire;
  private final PeerDirectory directory;
  private final Meter meter;
  private final RefusalLog refusals;
  private final TreeMap<Integer, FrameWriter> open = new TreeMap<>();
  private final TreeMap<Integer, Life> lives = new TreeMap<>();

  /** The latest life of a peer that was heard of. */
  private record Life(long store, long boot) {}

  /**
   * @param cluster cluster id every frame must carry
   * @param node this node
   * @param boot number of this start of the node on its store
   * @param refusals hears what kind of frames are refused
   */
  public PeerLinks(
      String cluster,
      NodeAddress node,
      long boot,
      Wire wire,
      PeerDirectory directory,
      Meter meter,
      RefusalLog refusals) {
    this.self = new FrameHeader(cluster, node.node(), node.store(), boot, 0, 0);
    this.wire = wire;
    this.directory = directory;
    this.meter = meter;
    this.refusals = refusals;
  }

  /** Starts to receive; {@code receiver} is called on {@code loop}. */
  public void listen(EventLoop loop, Received receiver) {
    wire.listen(
        new Wire.Listener() {
          @Override
          public void onFrame(ByteString frame, Runnable taken) {
            loop.execute(
                () -> {
                  open(frame, receiver);
                  taken.run();
                });
          }

          @Override
          public void onDown(String address) {
            meter.count("flotilla_raft_link_down_total", 1);
          }
        });
  }

  /** Adds a message to the frame that is being filled for {@code to}. */
  public void send(GroupId group, int to, Message message) {
    FrameWriter frame = open.computeIfAbsent(to, this::newFrame);
    frame.add(group, message);
    if (frame.sizeBytes() >= FRAME_BYTES) {
      open.remove(to);
      send(to, frame);
    }
  }

  /** Sends what was collected: the end of a turn. */
  public void flush() {
    if (open.isEmpty()) {
      return;
    }
    for (Map.Entry<Integer, FrameWriter> each : open.entrySet()) {
      send(each.getKey(), each.getValue());
    }
    open.clear();
  }

  private FrameWriter newFrame(int to) {
    long store = directory.find(to).map(NodeAddress::store).orElse(0L);
    return new FrameWriter(
        new FrameHeader(self.cluster(), self.from(), self.fromStore(), self.boot(), to, store));
  }

  private void send(int to, FrameWriter frame) {
    Optional<NodeAddress> peer = directory.find(to);
    if (peer.isEmpty() || !wire.send(peer.get().peer(), frame.finish())) {
      meter.count("flotilla_raft_frames_dropped_total", 1);
    }
  }

  private void open(ByteString bytes, Received receiver) {
    Optional<Frame> frame = Frame.parse(bytes);
    String problem = frame.map(read -> problemOf(read.header())).orElse("not a frame");
    if (!problem.isEmpty()) {
      meter.count("flotilla_raft_frames_refused_total", 1);
      refusals.refused(problem);
      return;
    }
    FrameHeader header = frame.orElseThrow().header();
    lives.put(header.from(), new Life(header.fromStore(), header.boot()));
    for (Frame.Item item : frame.orElseThrow().items()) {
      receiver.onMessage(item.group(), header.from(), item.message());
    }
  }

  /** Why a frame may not be listened to; empty if it may. */
  private String problemOf(FrameHeader header) {
    if (!header.cluster().equals(self.cluster())) {
      return "of another cluster";
    }
    if (header.to() != self.from() || header.from() == self.from()) {
      return "meant for another node";
    }
    if (header.toStore() != self.fromStore()) {
      return "from node " + header.from() + " for a store this node had before";
    }
    Optional<NodeAddress> sender = directory.find(header.from());
    // SAFETY strangers-are-not-heard: another cluster or a wiped store raises no term
    if (sender.isEmpty() || sender.get().store() != header.fromStore()) {
      return "from a store that is not known as that of node " + header.from();
    }
    return isOver(header) ? "from a life of node " + header.from() + " that is over" : "";
  }

  private boolean isOver(FrameHeader header) {
    Life latest = lives.get(header.from());
    return latest != null && latest.store() == header.fromStore() && header.boot() < latest.boot();
  }
}
