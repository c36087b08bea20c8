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

  /**
   * Asks for permission to read here, wherever the leader is: on a follower the leader is asked for
   * an index, which costs one message each way for all reads of a turn (thesis 6.4). What {@link
   * ReadResult.Ready} promises is the same as for {@link #readIndex}; {@link ReadResult.NotLeader}
   * means that no leader is known or none answered in time.
   */
  void readAnywhere(ReadCallback callback);

  /**
   * Takes the group to {@code target}: new voters become learners and catch up, then both
   * majorities decide together, then the new one alone (section 6). One change at a time. {@code
   * callback} is called once; on the way {@link GroupStatus#membership} shows each step.
   *
   * @param target voters and learners wanted; not joint
   */
  void changeMembers(Membership target, ChangeCallback callback);

  /**
   * Hands leadership to {@code node} (thesis 3.10). Until it ends, after an election timeout at
   * most, proposals are refused with {@code node} as the hint; reads go on. {@code callback} is
   * called once.
   */
  void transferLeader(int node, TransferCallback callback);

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

  /** Receives the end of a membership change. */
  interface ChangeCallback {
    /** Called once, on the group's loop. */
    void onResult(ChangeResult result);
  }

  /** Receives the end of a transfer. */
  interface TransferCallback {
    /** Called once, on the group's loop. */
    void onResult(TransferResult result);
  }
}
