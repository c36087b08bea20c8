package io.flotilla.shardkv.group;

/**
 * Names one operation of a shard for ever; retries carry the same.
 *
 * @param session who issued it; 0 for a call outside any session, which is never repeated
 * @param seq its number in the sequence of this session and shard, from 1
 * @param firstIncomplete lowest number of that sequence without a final answer at the client yet
 */
public record OpId(long session, long seq, long firstIncomplete) {
  /** An operation outside any session. */
  public static final OpId NONE = new OpId(0, 0, 0);

  /** Low bits of a session id that number the sessions of a block. */
  public static final int OFFSET_BITS = 20;

  /** Whether it belongs to a session. */
  public boolean hasSession() {
    return session != 0;
  }

  /** The block its session was issued from, which is the time of issue. */
  public long block() {
    return session >>> OFFSET_BITS;
  }

  boolean isWellFormed() {
    return session == 0 || (seq >= 1 && firstIncomplete >= 0);
  }
}
