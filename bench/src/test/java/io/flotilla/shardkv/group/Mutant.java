package io.flotilla.shardkv.group;

/**
 * A rule of moves or sessions that is broken on purpose, around the real rules, to see that the
 * model would notice.
 */
enum Mutant {
  NONE,
  /** The last pieces leave the session rows behind. */
  SESSION_ROWS_STAY,
  /** The last piece leaves expireBefore behind. */
  WATERMARK_STAYS,
  /** The last piece leaves the modification counter behind. */
  COUNTER_STAYS,
  /** Control commands are not compared with the fence. */
  NO_FENCE,
  /** A source that was frozen long enough serves again. */
  UNFREEZE_BY_TIMEOUT,
  /** Operations have effects on a frozen shard. */
  WRITE_WHILE_FROZEN,
  /** Ownership is asked when an operation arrives, not when it is applied. */
  OWNERSHIP_AT_ARRIVAL,
  /** Pieces are taken in any order, and nothing is counted. */
  PIECES_IN_ANY_ORDER,
  /** Deletions of rows that are over stay behind. */
  DELETES_STAY,
  /** Changes of rows that are over stay behind. */
  CHANGES_STAY,
  /** Session rows are sent while the shard is still served. */
  SESSIONS_BEFORE_FREEZE,
  /** A leader that knows less than the destination goes on with rows as it knows them. */
  SCAN_FROM_THE_PAST,
  /** The source forgets changes that are not over yet. */
  TRIMS_TOO_MUCH,
  /** The shard is frozen although a change was not remembered. */
  FREEZE_WHEN_STUCK,
  /** A call below firstIncomplete is executed. */
  STALE_EXECUTED,
  /** firstIncomplete goes back with a late attempt. */
  FIRST_INCOMPLETE_GOES_BACK,
  /** A session below the watermark counts as new. */
  OLD_SESSION_ACCEPTED,
  /** Session rows vanish when nobody asks for them. */
  IDLE_EVICTION,
  /** Sessions expire at a frozen source. */
  EXPIRY_WHILE_FROZEN,
  /** Answers that say no are not recorded. */
  NO_IS_NOT_RECORDED,
  /** Answers are pruned that the client may still ask for. */
  PRUNES_TOO_MUCH,
  /** The client says "fail" although an attempt was not answered. */
  UNANSWERED_IS_FAIL,
  /** A refused attempt is executed later: it was proposed already, or sent twice. */
  REFUSED_AND_EXECUTED,
  /** "Expired" comes from groups that do not own the shard. */
  SESSION_BEFORE_OWNERSHIP,
  /** The watermark is what came last, not the highest. */
  WATERMARK_GOES_BACK,
  /** The controller commits a move it has aborted. */
  COMMIT_AFTER_ABORT,
  /** DROP does not raise the fence where nothing was begun. */
  ABORT_RAISES_NO_FENCE,
  /** A repeated BEGIN_IMPORT starts anew. */
  BEGIN_IMPORT_RESETS,
  /** Commands count for any life of a group. */
  COMMANDS_WITHOUT_INCARNATION,
  /** The controller lets a target leave in the midst of a copy and takes READY from any life. */
  READY_WITHOUT_INCARNATION,
  /** The controller commits before the target has said that it is ready. */
  COMMIT_WITHOUT_READY,
  /** The controller aborts a move it has committed. */
  ABORT_AFTER_COMMIT,
  /** A group goes before it has acknowledged the end of its moves. */
  LEAVE_WITHOUT_WAITING,
  /** A move is done when the new owner says so. */
  DONE_WITH_ONE_ACK,
  /** A restart forgets the fence. */
  FENCE_LOST,
  /** A restart forgets what expired. */
  WATERMARK_LOST,
  /** A restart forgets the modification counter. */
  COUNTER_LOST,
  /** A restart forgets sessions. */
  SESSION_ROWS_LOST,
  /** A restart forgets how far the rows have come in. */
  CURSOR_LOST,
  /** A restart forgets rows that have come in. */
  STAGED_ROWS_LOST,
  /** A restart forgets which keys have changed. */
  CHANGES_LOST,
  /** A restart forgets that a change was not remembered. */
  OVERFLOW_LOST
}
