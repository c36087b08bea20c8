package io.flotilla.shardctrler.move;

/** What a group's word about a shard means for a move. */
public enum Reading {
  /** Nothing new. */
  NOTHING,
  /** The target has begun to take the shard in. */
  IMPORTING,
  /** The source has begun to give it. */
  EXPORTING,
  /** The target holds everything: the move may commit. */
  READY,
  /** This side is done with the move. */
  ACKNOWLEDGED,
  /** Only an abort helps. */
  HOPELESS
}
