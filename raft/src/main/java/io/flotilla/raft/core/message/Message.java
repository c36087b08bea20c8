package io.flotilla.raft.core.message;

import com.google.protobuf.ByteString;
import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.SnapshotHeader;
import java.util.List;

/**
 * One message between two replicas of a group. Immutable. Who sent it travels outside: the sender
 * is known by its connection, not by what it says.
 *
 * <p>A message is data from elsewhere: nothing about its numbers is believed before {@link
 * MessageCheck} has seen it.
 */
public sealed interface Message {
  /** The sender's current term when it was made. */
  long term();

  /**
   * Asks whether the receiver would vote for the sender in {@code term + 1} (thesis 9.6). Raises no
   * term.
   *
   * @param last last entry of the sender's log
   */
  record PreVote(long term, LogPosition last) implements Message {
    /** The term the sender would campaign for. */
    public long campaignTerm() {
      return term + 1;
    }
  }

  /**
   * Answers a {@link PreVote}; promises nothing.
   *
   * @param term the voter's term; above the asker's only in a refusal
   * @param campaignTerm which question is answered
   */
  record PreVoteReply(long term, long campaignTerm, boolean granted) implements Message {}

  /**
   * Asks for a vote in {@code term} (5.2).
   *
   * @param last last entry of the candidate's log (5.4.1)
   * @param transfer the old leader asked for this election: a voter that still hears it must not
   *     hold back (thesis 4.2.3)
   */
  record RequestVote(long term, LogPosition last, boolean transfer) implements Message {}

  /** Answers a {@link RequestVote}; a grant is a promise that outlives a crash. */
  record VoteReply(long term, boolean granted) implements Message {}

  /**
   * Carries entries, or none to ask whether the logs match (5.3).
   *
   * @param previous the entry right before {@code entries}
   * @param entries contiguous, terms never falling
   * @param commit the leader's commit index, at most the last index this message vouches for
   */
  record AppendEntries(long term, LogPosition previous, List<Entry> entries, long commit)
      implements Message {
    public AppendEntries {
      entries = List.copyOf(entries);
    }

    /** The last index at which the receiver's log will match the sender's. */
    public long lastIndex() {
      return previous.index() + entries.size();
    }
  }

  /**
   * Answers an {@link AppendEntries}; an acceptance promises that the log is durable up to {@code
   * index}.
   *
   * @param index accepted: last index at which the logs match; refused: the message's previous
   *     index
   * @param conflict refused: term of the receiver's entry at {@code index} with the first index it
   *     has of that term, or term 0 with the index after its last entry if its log ends before
   */
  record AppendReply(long term, boolean accepted, long index, LogPosition conflict)
      implements Message {
    /** The logs match up to {@code index} and it is durable. */
    public static AppendReply accepted(long term, long index) {
      return new AppendReply(term, true, index, LogPosition.ZERO);
    }

    /** The entry before the message's first is not in the log. */
    public static AppendReply refused(long term, long previousIndex, LogPosition conflict) {
      return new AppendReply(term, false, previousIndex, conflict);
    }
  }

  /**
   * The leader lives.
   *
   * @param commit commit index, at most what the receiver is known to have
   * @param readRound highest open round of reads, 0 for none (6.4 of the thesis)
   */
  record Heartbeat(long term, long commit, long readRound) implements Message {}

  /**
   * Answers a {@link Heartbeat}: the receiver was in {@code term} when it arrived. Says nothing
   * about its log.
   */
  record HeartbeatReply(long term, long readRound) implements Message {}

  /**
   * Asks the leader for an index at which a read of the sender would be linearizable (thesis 6.4).
   *
   * @param readId the sender's own; not one that any life of it has used before
   */
  record ReadRequest(long term, long readId) implements Message {}

  /**
   * Answers a {@link ReadRequest}: the sender led after it had arrived.
   *
   * @param index what must be applied before the read is evaluated
   */
  record ReadReply(long term, long readId, long index) implements Message {}

  /**
   * A piece of a snapshot.
   *
   * @param header what the snapshot stands for
   * @param length of the whole snapshot in bytes
   * @param offset of {@code bytes} in it
   * @param crc32c of {@code bytes}
   */
  record SnapshotChunk(
      long term, SnapshotHeader header, long length, long offset, ByteString bytes, int crc32c)
      implements Message {}

  /**
   * Answers a {@link SnapshotChunk}.
   *
   * @param snapshot which snapshot
   * @param nextOffset the first byte still missing
   * @param installed it is durable and in force, or everything in it was there before
   */
  record SnapshotReply(long term, LogPosition snapshot, long nextOffset, boolean installed)
      implements Message {}

  /**
   * The leader asks its follower to campaign at once (thesis 3.10).
   *
   * @param last the leader's last entry, and the follower's if the word is not late
   */
  record TimeoutNow(long term, LogPosition last) implements Message {}
}
