package io.flotilla.raft.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.core.message.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Fills one frame with the messages of a turn, in one array: entries are copied once between the
 * log and the network. Used once.
 */
final class FrameWriter {
  private static final int INITIAL_BYTES = 1 << 10;

  /** Magic and numbers of a header, each in its longest form. */
  private static final int HEADER_BYTES_MAX = 56;

  private static final int CHAR_BYTES_MAX = 3;

  /** A group's id, in its longest form. */
  private static final int GROUP_BYTES_MAX = 20;

  private byte[] bytes = new byte[INITIAL_BYTES];
  private int length;

  FrameWriter(FrameHeader header) {
    try {
      CodedOutputStream out = room(HEADER_BYTES_MAX + CHAR_BYTES_MAX * header.cluster().length());
      out.writeFixed32NoTag(Frame.MAGIC);
      out.writeStringNoTag(header.cluster());
      out.writeInt32NoTag(header.from());
      out.writeFixed64NoTag(header.fromStore());
      out.writeFixed64NoTag(header.boot());
      out.writeInt32NoTag(header.to());
      out.writeFixed64NoTag(header.toStore());
      length += out.getTotalBytesWritten();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  void add(GroupId group, Message message) {
    try {
      CodedOutputStream out = room(GROUP_BYTES_MAX + MessageCodec.bytesMax(message));
      out.writeInt32NoTag(group.gid());
      out.writeInt64NoTag(group.incarnation());
      MessageCodec.write(message, out);
      length += out.getTotalBytesWritten();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  int sizeBytes() {
    return length;
  }

  /** The frame; nothing may be added after it. */
  ByteString finish() {
    return UnsafeByteOperations.unsafeWrap(bytes, 0, length);
  }

  private CodedOutputStream room(int more) {
    int needed = Math.addExact(length, more);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
    }
    return CodedOutputStream.newInstance(bytes, length, bytes.length - length);
  }
}
