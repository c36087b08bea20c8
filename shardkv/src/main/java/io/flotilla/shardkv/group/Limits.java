package io.flotilla.shardkv.group;

/**
 * Bounds that are part of the replicated state machine: every replica must decide them alike, so
 * they are constants of the command format and no configuration.
 */
public final class Limits {
  /** Longest key, in bytes; the shortest has one. */
  public static final int KEY_BYTES_MAX = 4096;

  /** Longest value, in bytes, whether written at once or grown by appends. */
  public static final int VALUE_BYTES_MAX = 1 << 20;

  /** Operations of one session and shard whose answers may be outstanding. */
  public static final int OUTSTANDING_MAX = 4096;

  /** Session rows of one group; beyond, new sessions are told to come back later. */
  public static final long SESSION_ROWS_MAX = 1_000_000;

  /** Shards a cluster can have. */
  public static final int SHARDS_MAX = 16_384;

  /** Session rows that one command removes; the next expiry goes on from there. */
  public static final int SWEEP_ROWS_MAX = 65_536;

  /** Bytes of one page of a scan; a single row may be larger. */
  public static final int SCAN_BYTES_MAX = 1 << 20;

  private Limits() {}
}
