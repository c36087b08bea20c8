package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.flotilla.base.check.Check;
import io.flotilla.internal.v1.GroupCommandRequest;
import io.flotilla.internal.v1.MoveStamp;
import io.flotilla.internal.v1.PieceRequest;
import io.flotilla.internal.v1.Trim;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Commands as bytes of the log. A version byte, a tag byte, then for a client's operation the shard
 * as varint, the session as eight bytes (0 for none, then without the next two), seq and
 * firstIncomplete as varints, the key, and what the change needs, strings led by their length as
 * varint; for everything else a message of the wire.
 *
 * <p>Decoding takes any bytes and never throws. Stateless; any thread.
 */
public final class KvCommandCodec {
  private static final byte VERSION = 1;

  private static final byte PUT = 1;
  private static final byte APPEND = 2;
  private static final byte DELETE = 3;
  private static final byte SWAP_PRESENT = 4;
  private static final byte SWAP_ABSENT = 5;
  private static final byte PUT_IF_VERSION = 6;
  private static final byte CONTROL = 16;
  private static final byte PIECE = 17;
  private static final byte FREEZE = 18;
  private static final byte TRIM = 19;

  /** Version and tag. */
  private static final int HEAD_BYTES = 2;

  private KvCommandCodec() {}

  /** The bytes of a command. */
  public static ByteString encode(KvCommand command) {
    if (command instanceof KvCommand.Mutate operation) {
      return mutate(operation);
    } else if (command instanceof KvCommand.Piece piece) {
      return tagged(PIECE, MoveMessages.toProto(piece).toByteString());
    } else if (command instanceof KvCommand.Freeze freeze) {
      return tagged(FREEZE, MoveMessages.toProto(freeze.stamp()).toByteString());
    } else if (command instanceof KvCommand.Trim trim) {
      return tagged(TRIM, MoveMessages.toProto(trim).toByteString());
    }
    return tagged(CONTROL, MoveMessages.toProto(command).toByteString());
  }

  /** The command that {@code bytes} are; empty if they are none. */
  public static Optional<KvCommand> decode(ByteString bytes) {
    if (bytes.size() < 2 || bytes.byteAt(0) != VERSION) {
      return Optional.empty();
    }
    byte tag = bytes.byteAt(1);
    ByteString body = bytes.substring(2);
    try {
      return switch (tag) {
        case CONTROL -> MoveMessages.command(GroupCommandRequest.parseFrom(body));
        case PIECE -> MoveMessages.piece(PieceRequest.parseFrom(body)).map(KvCommand.class::cast);
        case FREEZE -> MoveMessages.stamp(MoveStamp.parseFrom(body)).map(KvCommand.Freeze::new);
        case TRIM -> MoveMessages.trim(Trim.parseFrom(body)).map(KvCommand.class::cast);
        default -> operation(tag, body.newCodedInput());
      };
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static ByteString tagged(byte tag, ByteString message) {
    return ByteString.copyFrom(new byte[] {VERSION, tag}).concat(message);
  }

  private static ByteString mutate(KvCommand.Mutate operation) {
    Body body = body(operation.change());
    byte[] bytes = new byte[encodedBytes(operation, body)];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      out.writeRawByte(VERSION);
      out.writeRawByte(body.tag());
      out.writeUInt32NoTag(operation.shard());
      OpId id = operation.id();
      out.writeFixed64NoTag(id.session());
      if (id.hasSession()) {
        out.writeUInt64NoTag(id.seq());
        out.writeUInt64NoTag(id.firstIncomplete());
      }
      out.writeBytesNoTag(operation.key());
      if (body.tag() == SWAP_PRESENT) {
        out.writeBytesNoTag(body.expected());
      } else if (body.tag() == PUT_IF_VERSION) {
        out.writeUInt64NoTag(body.version());
      }
      if (body.tag() != DELETE) {
        out.writeBytesNoTag(body.value());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer in memory failed", e);
    }
    out.checkNoSpaceLeft();
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  /** To the byte: a command stays in the log's memory for long. */
  private static int encodedBytes(KvCommand.Mutate operation, Body body) {
    OpId id = operation.id();
    int bytes =
        HEAD_BYTES
            + CodedOutputStream.computeUInt32SizeNoTag(operation.shard())
            + Long.BYTES
            + CodedOutputStream.computeBytesSizeNoTag(operation.key());
    if (id.hasSession()) {
      bytes +=
          CodedOutputStream.computeUInt64SizeNoTag(id.seq())
              + CodedOutputStream.computeUInt64SizeNoTag(id.firstIncomplete());
    }
    if (body.tag() == SWAP_PRESENT) {
      bytes += CodedOutputStream.computeBytesSizeNoTag(body.expected());
    } else if (body.tag() == PUT_IF_VERSION) {
      bytes += CodedOutputStream.computeUInt64SizeNoTag(body.version());
    }
    return body.tag() == DELETE
        ? bytes
        : bytes + CodedOutputStream.computeBytesSizeNoTag(body.value());
  }

  /** What of a change goes into the log. */
  private record Body(byte tag, ByteString value, ByteString expected, long version) {}

  private static Body body(Change change) {
    ByteString none = ByteString.EMPTY;
    if (change instanceof Change.Put put) {
      return new Body(PUT, put.value(), none, 0);
    } else if (change instanceof Change.Append append) {
      return new Body(APPEND, append.value(), none, 0);
    } else if (change instanceof Change.Delete) {
      return new Body(DELETE, none, none, 0);
    } else if (change instanceof Change.CompareAndSet swap) {
      byte tag = swap.expected().isPresent() ? SWAP_PRESENT : SWAP_ABSENT;
      return new Body(tag, swap.value(), swap.expected().orElse(none), 0);
    }
    Change.PutIfVersion put = (Change.PutIfVersion) change;
    Check.that(put.version() >= 0, "version %d", put.version());
    return new Body(PUT_IF_VERSION, put.value(), none, put.version());
  }

  private static Optional<KvCommand> operation(byte tag, CodedInputStream in) throws IOException {
    int shard = in.readUInt32();
    long session = in.readFixed64();
    OpId id = session == 0 ? OpId.NONE : new OpId(session, in.readUInt64(), in.readUInt64());
    ByteString key = in.readBytes();
    Optional<Change> change = change(tag, in);
    if (shard < 0 || shard >= Limits.SHARDS_MAX || change.isEmpty() || !in.isAtEnd()) {
      return Optional.empty();
    }
    return Optional.of(new KvCommand.Mutate(shard, id, key, change.get()));
  }

  private static Optional<Change> change(byte tag, CodedInputStream in) throws IOException {
    return switch (tag) {
      case PUT -> Optional.of(new Change.Put(in.readBytes()));
      case APPEND -> Optional.of(new Change.Append(in.readBytes()));
      case DELETE -> Optional.of(new Change.Delete());
      case SWAP_PRESENT -> {
        Optional<ByteString> expected = Optional.of(in.readBytes());
        yield Optional.of(new Change.CompareAndSet(expected, in.readBytes()));
      }
      case SWAP_ABSENT -> Optional.of(new Change.CompareAndSet(Optional.empty(), in.readBytes()));
      case PUT_IF_VERSION -> {
        long version = in.readUInt64();
        yield Optional.of(new Change.PutIfVersion(version, in.readBytes()));
      }
      default -> Optional.empty();
    };
  }
}
