package io.flotilla.raft.transport;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.AppendReply;
import io.flotilla.raft.core.message.Message.Heartbeat;
import io.flotilla.raft.core.message.Message.HeartbeatReply;
import io.flotilla.raft.core.message.Message.PreVote;
import io.flotilla.raft.core.message.Message.PreVoteReply;
import io.flotilla.raft.core.message.Message.ReadReply;
import io.flotilla.raft.core.message.Message.ReadRequest;
import io.flotilla.raft.core.message.Message.RequestVote;
import io.flotilla.raft.core.message.Message.SnapshotChunk;
import io.flotilla.raft.core.message.Message.SnapshotReply;
import io.flotilla.raft.core.message.Message.TimeoutNow;
import io.flotilla.raft.core.message.Message.VoteReply;
import java.io.IOException;

/**
 * Messages to bytes and back: one tag byte, the term, then the fields in record order. Pure.
 *
 * <p>Reading refuses what no record could hold; whether the values make sense is the core's to say.
 */
final class MessageCodec {
  private static final int PRE_VOTE = 1;
  private static final int PRE_VOTE_REPLY = 2;
  private static final int REQUEST_VOTE = 3;
  private static final int VOTE_REPLY = 4;
  private static final int APPEND_ENTRIES = 5;
  private static final int APPEND_REPLY = 6;
  private static final int HEARTBEAT = 7;
  private static final int HEARTBEAT_REPLY = 8;
  private static final int SNAPSHOT_CHUNK = 9;
  private static final int SNAPSHOT_REPLY = 10;
  private static final int TIMEOUT_NOW = 11;
  private static final int READ_REQUEST = 12;
  private static final int READ_REPLY = 13;

  /** Tag, term and all numbers a message without bytes can have, in their longest form. */
  private static final int FIXED_BYTES_MAX = 128;

  private MessageCodec() {}

  /** As many bytes as {@link #write} needs at most. */
  static int bytesMax(Message message) {
    if (message instanceof AppendEntries append) {
      return FIXED_BYTES_MAX + ValueCodec.bytesMax(append.entries());
    } else if (message instanceof SnapshotChunk chunk) {
      return FIXED_BYTES_MAX
          + ValueCodec.bytesMax(chunk.header().membership())
          + chunk.bytes().size();
    }
    return FIXED_BYTES_MAX;
  }

  static void write(Message message, CodedOutputStream out) throws IOException {
    if (message instanceof AppendEntries append) {
      start(APPEND_ENTRIES, message, out);
      ValueCodec.writePosition(append.previous(), out);
      out.writeInt64NoTag(append.commit());
      ValueCodec.writeEntries(append.entries(), out);
    } else if (message instanceof AppendReply reply) {
      start(APPEND_REPLY, message, out);
      out.writeBoolNoTag(reply.accepted());
      out.writeInt64NoTag(reply.index());
      ValueCodec.writePosition(reply.conflict(), out);
    } else if (message instanceof Heartbeat heartbeat) {
      start(HEARTBEAT, message, out);
      out.writeInt64NoTag(heartbeat.commit());
      out.writeInt64NoTag(heartbeat.readRound());
    } else if (message instanceof HeartbeatReply reply) {
      start(HEARTBEAT_REPLY, message, out);
      out.writeInt64NoTag(reply.readRound());
    } else if (message instanceof ReadRequest request) {
      start(READ_REQUEST, message, out);
      out.writeInt64NoTag(request.readId());
    } else if (message instanceof ReadReply reply) {
      start(READ_REPLY, message, out);
      out.writeInt64NoTag(reply.readId());
      out.writeInt64NoTag(reply.index());
    } else if (message instanceof SnapshotChunk chunk) {
      writeChunk(chunk, out);
    } else if (message instanceof SnapshotReply reply) {
      start(SNAPSHOT_REPLY, message, out);
      ValueCodec.writePosition(reply.snapshot(), out);
      out.writeInt64NoTag(reply.nextOffset());
      out.writeBoolNoTag(reply.installed());
    } else {
      writeElection(message, out);
    }
  }

  private static void writeElection(Message message, CodedOutputStream out) throws IOException {
    if (message instanceof PreVote preVote) {
      start(PRE_VOTE, message, out);
      ValueCodec.writePosition(preVote.last(), out);
    } else if (message instanceof PreVoteReply reply) {
      start(PRE_VOTE_REPLY, message, out);
      out.writeInt64NoTag(reply.campaignTerm());
      out.writeBoolNoTag(reply.granted());
    } else if (message instanceof RequestVote request) {
      start(REQUEST_VOTE, message, out);
      ValueCodec.writePosition(request.last(), out);
      out.writeBoolNoTag(request.transfer());
    } else if (message instanceof VoteReply reply) {
      start(VOTE_REPLY, message, out);
      out.writeBoolNoTag(reply.granted());
    } else if (message instanceof TimeoutNow word) {
      start(TIMEOUT_NOW, message, out);
      ValueCodec.writePosition(word.last(), out);
    } else {
      throw new AssertionError("no code for " + message.getClass());
    }
  }

  private static void writeChunk(SnapshotChunk chunk, CodedOutputStream out) throws IOException {
    start(SNAPSHOT_CHUNK, chunk, out);
    ValueCodec.writePosition(chunk.header().position(), out);
    ValueCodec.writeMembership(chunk.header().membership(), out);
    out.writeInt64NoTag(chunk.length());
    out.writeInt64NoTag(chunk.offset());
    out.writeBytesNoTag(chunk.bytes());
    out.writeFixed32NoTag(chunk.crc32c());
  }

  static Message read(CodedInputStream in) throws IOException {
    int tag = in.readRawByte();
    long term = in.readInt64();
    return switch (tag) {
      case PRE_VOTE -> new PreVote(term, ValueCodec.readPosition(in));
      case PRE_VOTE_REPLY -> new PreVoteReply(term, in.readInt64(), in.readBool());
      case REQUEST_VOTE -> new RequestVote(term, ValueCodec.readPosition(in), in.readBool());
      case VOTE_REPLY -> new VoteReply(term, in.readBool());
      case APPEND_ENTRIES -> readAppend(term, in);
      case APPEND_REPLY ->
          new AppendReply(term, in.readBool(), in.readInt64(), ValueCodec.readPosition(in));
      case HEARTBEAT -> new Heartbeat(term, in.readInt64(), in.readInt64());
      case HEARTBEAT_REPLY -> new HeartbeatReply(term, in.readInt64());
      case SNAPSHOT_CHUNK -> readChunk(term, in);
      case SNAPSHOT_REPLY ->
          new SnapshotReply(term, ValueCodec.readPosition(in), in.readInt64(), in.readBool());
      case READ_REQUEST -> new ReadRequest(term, in.readInt64());
      case READ_REPLY -> new ReadReply(term, in.readInt64(), in.readInt64());
      case TIMEOUT_NOW -> new TimeoutNow(term, ValueCodec.readPosition(in));
      default -> throw new InvalidProtocolBufferException("message tag " + tag);
    };
  }

  private static AppendEntries readAppend(long term, CodedInputStream in) throws IOException {
    LogPosition previous = ValueCodec.readPosition(in);
    long commit = in.readInt64();
    return new AppendEntries(term, previous, ValueCodec.readEntries(in), commit);
  }

  private static SnapshotChunk readChunk(long term, CodedInputStream in) throws IOException {
    SnapshotHeader header =
        new SnapshotHeader(ValueCodec.readPosition(in), ValueCodec.readMembership(in));
    return new SnapshotChunk(
        term, header, in.readInt64(), in.readInt64(), in.readBytes(), in.readFixed32());
  }

  private static void start(int tag, Message message, CodedOutputStream out) throws IOException {
    out.writeRawByte(tag);
    out.writeInt64NoTag(message.term());
  }
}
