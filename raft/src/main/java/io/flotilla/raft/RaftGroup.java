package io.flotilla.raft;

import com.google.protobuf.ByteString;

/**
 * One replica of one group, as the code above raft sees it. Every method and callback belongs to
 * the group's loop.
 *
 * @param <R> what the group's state machine answers
 */
public interface RaftGroup<R> {
  /** Which group. */
  GroupId id();

  /**
   * Proposes a command. {@code callback} is called once: never before the command is committed and
   * applied here, or was refused, or its fate became unknown.
   */
  void propose(ByteString command, ProposeCallback<R> callback);

  /**
   * Asks for permission to read. {@code callback} is called once; on {@link ReadResult.Ready} a
   * read evaluated in that same loop step is linearizable (section 8).
   */
  void readIndex(ReadCallback callback);

  /** Role, term, leader and log positions now. */
  GroupStatus status();

  /** Receives the fate of a proposal. */
  interface ProposeCallback<R> {
    /** Called once, on the group's loop. */
    void onResult(ProposeResult<R> result);
  }

  /** Receives the answer to a read request. */
  interface ReadCallback {
    /** Called once, on the group's loop. */
    void onResult(ReadResult result);
  }
}
