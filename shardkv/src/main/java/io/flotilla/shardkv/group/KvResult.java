package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import java.util.List;

/** What applying a command answers. All but {@link Answered} had no effect on any row. */
public sealed interface KvResult {
  /** The operation took effect, now or when it was first applied; this is its recorded answer. */
  record Answered(Answer answer) implements KvResult {}

  /** The shard is not served here. */
  record WrongOwner(ShardState.Forward forward) implements KvResult {}

  /** The shard is in transit: the call waits and is proposed again, or dropped unproposed. */
  record Parked() implements KvResult {}

  /** Never executed, and this attempt never will be. */
  record Refused(Reason reason) implements KvResult {}

  /** How the group stands to the shards a control command named, in its order. */
  record Standing(List<ShardStatus> shards) implements KvResult {
    public Standing {
      shards = List.copyOf(shards);
    }
  }

  /** How far the rows of a shard have come in; the next piece starts at {@code cursor}. */
  record Received(ShardStatus status, ByteString cursor) implements KvResult {}

  /** Why an operation was not executed. */
  enum Reason {
    /** A bound on sessions is reached. */
    BUSY,
    /** The client has already given this call up. */
    STALE,
    /** The session is over. */
    SESSION_EXPIRED,
    /** It can't be understood. */
    MALFORMED
  }
}
