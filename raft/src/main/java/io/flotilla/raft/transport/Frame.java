package io.flotilla.raft.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.core.message.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one node told another in one turn.
 *
 * @param header who speaks to whom
 * @param items the messages, in the order they were made
 */
public record Frame(FrameHeader header, List<Item> items) {
  /** First bytes of every frame: a name and the format's version. */
  static final int MAGIC = 0x464c5432; // "FLT2"

  private static final int CLUSTER_CHARS_MAX = 256;

  /** A message and the group it belongs to. */
  public record Item(GroupId group, Message message) {}

  /**
   * Reads a frame; empty if the bytes are not one in full. Entries get bytes of their own: they
   * live on in logs and tables, where a slice would keep its whole frame alive.
   */
  public static Optional<Frame> parse(ByteString bytes) {
    try {
      CodedInputStream in = bytes.newCodedInput();
      if (in.readFixed32() != MAGIC) {
        return Optional.empty();
      }
      String cluster = in.readString();
      FrameHeader header =
          new FrameHeader(
              cluster,
              in.readInt32(),
              in.readFixed64(),
              in.readFixed64(),
              in.readInt32(),
              in.readFixed64());
      if (cluster.length() > CLUSTER_CHARS_MAX) {
        return Optional.empty();
      }
      List<Item> items = new ArrayList<>();
      while (!in.isAtEnd()) {
        GroupId group = new GroupId(in.readInt32(), in.readInt64());
        items.add(new Item(group, MessageCodec.read(in)));
      }
      return Optional.of(new Frame(header, items));
    } catch (IOException malformed) {
      return Optional.empty();
    }
  }
}
