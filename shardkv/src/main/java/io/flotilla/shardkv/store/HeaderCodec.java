package io.flotilla.shardkv.store;

import com.google.protobuf.ByteString;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Position and membership as bytes, big-endian; see docs/formats/checkpoint.md. Reading refuses
 * what writing can't have produced. Stateless.
 */
final class HeaderCodec {
  private static final int MEMBERS_MAX = 1 << 10;

  private HeaderCodec() {}

  static void write(DataOutput out, SnapshotHeader header) throws IOException {
    out.writeLong(header.position().term());
    out.writeLong(header.position().index());
    writeNodes(out, header.membership().voters());
    writeNodes(out, header.membership().outgoing());
    writeNodes(out, header.membership().learners());
  }

  static SnapshotHeader read(DataInput in) throws IOException {
    long term = in.readLong();
    long index = in.readLong();
    if (term < 0 || index < 0) {
      throw new IOException("position " + term + "/" + index);
    }
    List<Integer> voters = readNodes(in);
    List<Integer> outgoing = readNodes(in);
    List<Integer> learners = readNodes(in);
    if (learners.stream().anyMatch(voters::contains)) {
      throw new IOException("learners that vote");
    }
    return new SnapshotHeader(
        new LogPosition(term, index), new Membership(voters, outgoing, learners));
  }

  static void writeBytes(DataOutput out, ByteString bytes) throws IOException {
    out.writeInt(bytes.size());
    out.write(bytes.toByteArray());
  }

  /** Reads what {@link #writeBytes} wrote, if it is no longer than {@code bytesMax}. */
  static ByteString readBytes(DataInput in, int bytesMax) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > bytesMax) {
      throw new IOException("length " + length);
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return ByteString.copyFrom(bytes);
  }

  private static void writeNodes(DataOutput out, List<Integer> nodes) throws IOException {
    out.writeInt(nodes.size());
    for (int node : nodes) {
      out.writeInt(node);
    }
  }

  private static List<Integer> readNodes(DataInput in) throws IOException {
    int size = in.readInt();
    if (size < 0 || size > MEMBERS_MAX) {
      throw new IOException("members " + size);
    }
    List<Integer> nodes = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      nodes.add(in.readInt());
    }
    return nodes;
  }
}
