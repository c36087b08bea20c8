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
 * <p>Losing a frame is allowed: raft repeats what matters. A frame whose cluster, store or receiver
 * does not fit is dropped and counted.
 */
public final class PeerLinks {
  /** A frame is cut when it has grown past this, so that it stays below the wire's limit. */
  private static final int FRAME_BYTES = 2 << 20;

  private final FrameHeader self;
  private final Wire wire;
  private final PeerDirectory directory;
  private final Meter meter;
  private final TreeMap<Integer, FrameWriter> open = new TreeMap<>();

  /**
   * @param cluster cluster id every frame must carry
   * @param node this node
   * @param boot drawn at this start
   */
  public PeerLinks(
      String cluster,
      NodeAddress node,
      long boot,
      Wire wire,
      PeerDirectory directory,
      Meter meter) {
    this.self = new FrameHeader(cluster, node.node(), node.store(), boot, 0);
    this.wire = wire;
    this.directory = directory;
    this.meter = meter;
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
    return new FrameWriter(
        new FrameHeader(self.cluster(), self.from(), self.fromStore(), self.boot(), to));
  }

  private void send(int to, FrameWriter frame) {
    Optional<NodeAddress> peer = directory.find(to);
    if (peer.isEmpty() || !wire.send(peer.get().peer(), frame.finish())) {
      meter.count("flotilla_raft_frames_dropped_total", 1);
    }
  }

  private void open(ByteString bytes, Received receiver) {
    Optional<Frame> frame = Frame.parse(bytes);
    if (frame.isEmpty() || !isAcceptable(frame.get().header())) {
      meter.count("flotilla_raft_frames_refused_total", 1);
      return;
    }
    int from = frame.get().header().from();
    for (Frame.Item item : frame.get().items()) {
      receiver.onMessage(item.group(), from, item.message());
    }
  }

  private boolean isAcceptable(FrameHeader header) {
    Optional<NodeAddress> sender = directory.find(header.from());
    // SAFETY strangers-are-not-heard: another cluster or a wiped store raises no term
    return header.cluster().equals(self.cluster())
        && header.to() == self.from()
        && header.from() != self.from()
        && sender.isPresent()
        && sender.get().store() == header.fromStore();
  }
}
