package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;

/**
 * What the log of a data group carries. Immutable. {@link Mutate} comes from clients; {@link
 * Freeze}, {@link Trim} and {@link Piece} from the leader of a move's source; everything else from
 * the controller.
 */
public sealed interface KvCommand {
  /** Changes one key of a shard, once. */
  record Mutate(int shard, OpId id, ByteString key, Change change) implements KvCommand {}

  /**
   * Prepares to take shards in.
   *
   * @param from gid they come from; 0 if they are new and empty
   */
  record BeginImport(List<Stamp> stamps, int from) implements KvCommand {
    public BeginImport {
      stamps = List.copyOf(stamps);
    }
  }

  /** Prepares to give a shard away, to group {@code to} in its life {@code toIncarnation}. */
  record BeginExport(Stamp stamp, int to, long toIncarnation) implements KvCommand {}

  /** Stops all effects on a shard that is being given away. */
  record Freeze(Stamp stamp) implements KvCommand {}

  /** Forgets changes up to counter {@code upTo}: the destination holds them durably. */
  record Trim(Stamp stamp, long upTo) implements KvCommand {}

  /**
   * Some rows of a shard, for its destination.
   *
   * @param from cursor before them; the piece counts only if that is where the destination stands
   * @param to cursor after them
   * @param last what the whole must come to; only with the last piece
   */
  record Piece(
      Stamp stamp, ByteString from, ByteString to, List<MovedRow> rows, Optional<FinalCounts> last)
      implements KvCommand {
    public Piece {
      rows = List.copyOf(rows);
    }
  }

  /** Starts to serve shards: the controller has committed their moves. */
  record Activate(List<Stamp> stamps) implements KvCommand {
    public Activate {
      stamps = List.copyOf(stamps);
    }
  }

  /** Lets go of a shard that group {@code to} owns now. */
  record Release(Stamp stamp, int to) implements KvCommand {}

  /** Serves a shard again whose move was aborted, under the epoch of the stamp. */
  record End(Stamp stamp) implements KvCommand {}

  /** Forgets what has come in of a shard whose move was aborted. */
  record Drop(Stamp stamp) implements KvCommand {}

  /** Sessions of blocks below {@code block} are over. */
  record ExpireBefore(long block) implements KvCommand {}

  /** A row on its way. */
  record MovedRow(Kind kind, ByteString key, ByteString value, long counter) {
    /** What it is a row of. */
    public enum Kind {
      /** A key and its value. */
      DATA,
      /** A session. */
      SESSION,
      /** A key that is gone. */
      DELETED
    }
  }

  /** What the rows of a shard come to, and the counters that travel with it. */
  record FinalCounts(long rows, long bytes, long sessions, long counter, long expireBefore) {}
}
