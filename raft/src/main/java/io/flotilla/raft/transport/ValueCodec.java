package io.flotilla.raft.transport;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The values inside messages as bytes. Pure; reading refuses what no value may be. */
final class ValueCodec {
  /** Three lengths of a membership, or what comes with an entry's data, in their longest form. */
  private static final int NUMBERS_BYTES_MAX = 32;

  private static final int MEMBER_BYTES_MAX = 10;

  private ValueCodec() {}

  static int bytesMax(List<Entry> entries) {
    int bytes = NUMBERS_BYTES_MAX;
    for (Entry entry : entries) {
      bytes += NUMBERS_BYTES_MAX + entry.data().size();
    }
    return bytes;
  }

  static int bytesMax(Membership membership) {
    int members =
        membership.voters().size() + membership.outgoing().size() + membership.learners().size();
    return NUMBERS_BYTES_MAX + MEMBER_BYTES_MAX * members;
  }

  static void writePosition(LogPosition position, CodedOutputStream out) throws IOException {
    out.writeInt64NoTag(position.term());
    out.writeInt64NoTag(position.index());
  }

  static LogPosition readPosition(CodedInputStream in) throws IOException {
    long term = in.readInt64();
    long index = in.readInt64();
    require(term >= 0 && index >= 0, "position");
    return new LogPosition(term, index);
  }

  /** Entries of a message are contiguous, so only the first index travels. */
  static void writeEntries(List<Entry> entries, CodedOutputStream out) throws IOException {
    out.writeInt32NoTag(entries.size());
    if (!entries.isEmpty()) {
      out.writeInt64NoTag(entries.get(0).index());
    }
    for (Entry entry : entries) {
      out.writeInt64NoTag(entry.term());
      out.writeRawByte(entry.kind().code());
      out.writeBytesNoTag(entry.data());
    }
  }

  static List<Entry> readEntries(CodedInputStream in) throws IOException {
    int count = in.readInt32();
    require(count >= 0, "entry count");
    if (count == 0) {
      return List.of();
    }
    long first = in.readInt64();
    require(first >= 1 && first <= Long.MAX_VALUE - count, "first index");
    List<Entry> entries = new ArrayList<>(Math.min(count, 4_096));
    for (int i = 0; i < count; i++) {
      long term = in.readInt64();
      Optional<Entry.Kind> kind = Entry.Kind.of(in.readRawByte());
      require(term >= 1 && kind.isPresent(), "entry");
      entries.add(new Entry(term, first + i, kind.orElseThrow(), in.readBytes()));
    }
    return entries;
  }

  static void writeMembership(Membership membership, CodedOutputStream out) throws IOException {
    writeNodes(membership.voters(), out);
    writeNodes(membership.outgoing(), out);
    writeNodes(membership.learners(), out);
  }

  static Membership readMembership(CodedInputStream in) throws IOException {
    List<Integer> voters = readNodes(in);
    List<Integer> outgoing = readNodes(in);
    List<Integer> learners = readNodes(in);
    require(learners.stream().noneMatch(voters::contains), "learners that vote");
    return new Membership(voters, outgoing, learners);
  }

  private static void writeNodes(List<Integer> nodes, CodedOutputStream out) throws IOException {
    out.writeInt32NoTag(nodes.size());
    for (int node : nodes) {
      out.writeInt32NoTag(node);
    }
  }

  private static List<Integer> readNodes(CodedInputStream in) throws IOException {
    int count = in.readInt32();
    require(count >= 0 && count <= Membership.MEMBERS_MAX, "member count");
    List<Integer> nodes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      nodes.add(in.readInt32());
    }
    return nodes;
  }

  private static void require(boolean holds, String what) throws IOException {
    if (!holds) {
      throw new InvalidProtocolBufferException("malformed " + what);
    }
  }
}
