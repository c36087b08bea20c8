package io.flotilla.shardkv.group;

import io.flotilla.base.check.Check;

/**
 * How much of a move is sent and remembered at once. The second number is part of the replicated
 * state machine: every replica of a cluster must have the same.
 *
 * @param pieceBytes rows of one piece; a single row may be larger
 * @param changeBytes what a shard on its way out may remember of changed keys; beyond, the move is
 *     given up
 */
public record MoveSizes(int pieceBytes, long changeBytes) {
  /** Pieces of 256 KiB; 4 MiB of changed keys, which are some 65,000 of 16 bytes. */
  public static final MoveSizes DEFAULT = new MoveSizes(256 << 10, 4 << 20);

  public MoveSizes {
    Check.that(pieceBytes >= 1 && changeBytes >= 1, "move sizes");
  }
}
