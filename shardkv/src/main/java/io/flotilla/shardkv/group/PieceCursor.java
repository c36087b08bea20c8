package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * How far a shard has been carried over. The destination keeps it with its checkpoint, so that any
 * leader of the source can go on from there.
 *
 * <p>What it claims: of the keys up to {@code after}, the destination holds exactly what the source
 * held when its modification counter was {@code counter}; of later keys it holds nothing. Pieces
 * only ever lead from one such place to another.
 *
 * <p>Format: empty at the start; else the counter as varint, the stage's code, and the last key
 * carried over.
 *
 * @param stage what comes next
 * @param after key of the last row of that stage; empty if none was carried over yet
 * @param counter changes up to this one are carried over
 */
public record PieceCursor(Stage stage, ByteString after, long counter) {
  /** What is carried over, in this order; changes of rows that are over come at any time. */
  public enum Stage {
    /** Data rows in key order. */
    ROWS(0),
    /** All rows are over; they go on changing. */
    CHANGES(1),
    /** Nothing changes any more; session rows in key order. */
    SESSIONS(2),
    /** Nothing is left. */
    END(3);

    private final byte code;

    Stage(int code) {
      this.code = (byte) code;
    }

    private static Optional<Stage> of(byte code) {
      return Arrays.stream(values()).filter(stage -> stage.code == code).findFirst();
    }
  }

  static final PieceCursor START = new PieceCursor(Stage.ROWS, ByteString.EMPTY, 0);

  boolean isStart() {
    return equals(START);
  }

  ByteString encode() {
    if (isStart()) {
      return ByteString.EMPTY;
    }
    byte[] head = new byte[CodedOutputStream.computeUInt64SizeNoTag(counter) + 1];
    CodedOutputStream out = CodedOutputStream.newInstance(head);
    try {
      out.writeUInt64NoTag(counter);
      out.writeRawByte(stage.code);
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer in memory failed", e);
    }
    return ByteString.copyFrom(head).concat(after);
  }

  /** The cursor that {@code bytes} are; empty if they are none. */
  public static Optional<PieceCursor> decode(ByteString bytes) {
    if (bytes.isEmpty()) {
      return Optional.of(START);
    }
    CodedInputStream in = bytes.newCodedInput();
    try {
      long counter = in.readUInt64();
      Optional<Stage> stage = Stage.of(in.readRawByte());
      ByteString after = bytes.substring(in.getTotalBytesRead());
      return stage
          .filter(known -> counter >= 0)
          .map(known -> new PieceCursor(known, after, counter))
          .filter(PieceCursor::isSound);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private boolean isSound() {
    return switch (stage) {
      case ROWS -> !after.isEmpty() && after.size() <= Limits.KEY_BYTES_MAX;
      case SESSIONS -> after.isEmpty() || after.size() == SessionRows.KEY_BYTES;
      case CHANGES, END -> after.isEmpty();
    };
  }
}
