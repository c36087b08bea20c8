package io.flotilla.raft;

import com.google.protobuf.ByteString;
import io.flotilla.base.check.Check;
import java.util.Optional;

/**
 * One entry of a replicated log. Immutable.
 *
 * @param term term of the leader that created it
 * @param index its place in the log, from 1
 * @param kind who reads {@code data}
 * @param data command bytes, opaque to raft
 */
public record Entry(long term, long index, Kind kind, ByteString data) {
  /** Bytes an entry costs on top of its data, for bounds on memory, messages and log space. */
  public static final int OVERHEAD_BYTES = 32;

  /** Who reads an entry. */
  public enum Kind {
    /** A new leader's first entry: commits what earlier terms left behind (5.4.2, 8). */
    NO_OP((byte) 1),
    /** A command for the state machine. */
    COMMAND((byte) 2),
    /** A change of the group's membership. */
    MEMBERSHIP((byte) 3);

    private final byte code;

    Kind(byte code) {
      this.code = code;
    }

    /** How the kind is written, on disk and on the wire; never changes. */
    public byte code() {
      return code;
    }

    /** The kind that is written as {@code code}; empty for what this version does not know. */
    public static Optional<Kind> of(byte code) {
      return switch (code) {
        case 1 -> Optional.of(NO_OP);
        case 2 -> Optional.of(COMMAND);
        case 3 -> Optional.of(MEMBERSHIP);
        default -> Optional.empty();
      };
    }
  }

  public Entry {
    Check.that(term >= 1 && index >= 1, "entry %d/%d", term, index);
  }

  /** Where it stands. */
  public LogPosition position() {
    return new LogPosition(term, index);
  }

  /** What it counts for in every bound that is given in bytes. */
  public int sizeBytes() {
    return OVERHEAD_BYTES + data.size();
  }
}
