package io.flotilla.raft.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.core.message.Message;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Fills one frame with the messages of a turn. Used once. */
final class FrameWriter {
  private static final int INITIAL_BYTES = 512;

  private final ByteString.Output bytes = ByteString.newOutput(INITIAL_BYTES);
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

  FrameWriter(FrameHeader header) {
    try {
      out.writeFixed32NoTag(Frame.MAGIC);
      out.writeStringNoTag(header.cluster());
      out.writeInt32NoTag(header.from());
      out.writeFixed64NoTag(header.fromStore());
      out.writeFixed64NoTag(header.boot());
      out.writeInt32NoTag(header.to());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  void add(GroupId group, Message message) {
    try {
      out.writeInt32NoTag(group.gid());
      out.writeInt64NoTag(group.incarnation());
      MessageCodec.write(message, out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  int sizeBytes() {
    return out.getTotalBytesWritten();
  }

  ByteString finish() {
    try {
      out.flush();
      return bytes.toByteString();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
