package io.flotilla.bench.cluster;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.Wire;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.transport.Frame;

/** A node's wire on which somebody listens to what the node says. */
final class TappedWire implements Wire {
  private final Wire wire;
  private final Tap tap;

  /** Hears every message at the moment it leaves. */
  interface Tap {
    /** A message of {@code group} leaves for node {@code to}. */
    void sent(int to, GroupId group, Message message);
  }

  TappedWire(Wire wire, Tap tap) {
    this.wire = wire;
    this.tap = tap;
  }

  @Override
  public void listen(Listener receiver) {
    wire.listen(receiver);
  }

  @Override
  public boolean send(String address, ByteString bytes) {
    Frame frame = Frame.parse(bytes).orElseThrow();
    for (Frame.Item item : frame.items()) {
      tap.sent(frame.header().to(), item.group(), item.message());
    }
    return wire.send(address, bytes);
  }
}
