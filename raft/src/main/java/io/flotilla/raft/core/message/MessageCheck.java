package io.flotilla.raft.core.message;

import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.AppendReply;
import io.flotilla.raft.core.message.Message.Heartbeat;
import io.flotilla.raft.core.message.Message.HeartbeatReply;
import io.flotilla.raft.core.message.Message.PreVote;
import io.flotilla.raft.core.message.Message.PreVoteReply;
import io.flotilla.raft.core.message.Message.ReadReply;
import io.flotilla.raft.core.message.Message.ReadRequest;
import io.flotilla.raft.core.message.Message.RequestVote;
import io.flotilla.raft.core.message.Message.SnapshotChunk;
import io.flotilla.raft.core.message.Message.SnapshotReply;
import io.flotilla.raft.core.message.Message.TimeoutNow;

/**
 * Whether a message could have been sent by a replica that follows the rules.
 *
 * <p>What fails here is dropped before it can raise a term, move an index or earn an answer: a
 * broken or hostile sender must cost no more than the reading. Stateless.
 */
public final class MessageCheck {
  /**
   * No real term or index comes near it; a single message above it would leave no room to count on
   * (term poisoning).
   */
  public static final long MAX = Long.MAX_VALUE / 2;

  private MessageCheck() {}

  /** Whether the replica on node {@code self} may act on {@code message} from {@code from}. */
  public static boolean acceptable(int self, int from, Message message) {
    if (from < 1 || from == self || !bounded(message.term())) {
      return false;
    }
    if (message instanceof PreVote preVote) {
      return plausible(preVote.last(), message.term());
    }
    if (message instanceof PreVoteReply reply) {
      // A grant from a term that the campaign would not overtake is a contradiction.
      return bounded(reply.campaignTerm())
          && reply.campaignTerm() > 0
          && (!reply.granted() || reply.term() < reply.campaignTerm());
    }
    // Only the two above are exchanged in term 0, where nobody has been elected yet.
    return message.term() > 0 && acceptableInTerm(message);
  }

  private static boolean acceptableInTerm(Message message) {
    if (message instanceof AppendEntries append) {
      return contiguous(append);
    }
    if (message instanceof AppendReply reply) {
      return plausible(reply);
    }
    if (message instanceof Heartbeat heartbeat) {
      return bounded(heartbeat.commit()) && bounded(heartbeat.readRound());
    }
    if (message instanceof HeartbeatReply reply) {
      return bounded(reply.readRound());
    }
    if (message instanceof RequestVote request) {
      // The last entry is older than the term asked for, which nobody has led yet.
      return plausible(request.last(), request.term() - 1);
    }
    if (message instanceof ReadRequest request) {
      return bounded(request.readId());
    }
    if (message instanceof ReadReply reply) {
      return bounded(reply.readId()) && bounded(reply.index());
    }
    if (message instanceof SnapshotChunk chunk) {
      return plausible(chunk);
    }
    if (message instanceof SnapshotReply reply) {
      return plausible(reply.snapshot(), reply.term()) && reply.nextOffset() >= 0;
    }
    return !(message instanceof TimeoutNow word) || plausible(word.last(), word.term());
  }

  private static boolean contiguous(AppendEntries append) {
    LogPosition previous = append.previous();
    if (!plausible(previous, append.term())) {
      return false;
    }
    long term = previous.term();
    long index = previous.index();
    for (Entry entry : append.entries()) {
      index++;
      if (entry.index() != index || entry.term() < term || !legible(entry)) {
        return false;
      }
      term = entry.term();
    }
    return term <= append.term() && append.commit() >= 0 && append.commit() <= index;
  }

  /** The core reads entries of one kind only; a command is the state machine's to judge. */
  private static boolean legible(Entry entry) {
    return entry.kind() != Entry.Kind.MEMBERSHIP || Membership.parse(entry.data()).isPresent();
  }

  private static boolean plausible(AppendReply reply) {
    if (!bounded(reply.index())) {
      return false;
    }
    if (reply.accepted()) {
      return true;
    }
    LogPosition conflict = reply.conflict();
    return conflict.index() >= 1
        && conflict.index() <= reply.index()
        && conflict.term() <= reply.term();
  }

  private static boolean plausible(SnapshotChunk chunk) {
    LogPosition position = chunk.header().position();
    return position.index() > 0
        && plausible(position, chunk.term())
        && chunk.length() >= 0
        && chunk.offset() >= 0
        && chunk.offset() <= chunk.length() - chunk.bytes().size();
  }

  private static boolean plausible(LogPosition position, long maxTerm) {
    return bounded(position.index())
        && position.term() <= maxTerm
        && (position.index() == 0) == (position.term() == 0);
  }

  private static boolean bounded(long value) {
    return value >= 0 && value <= MAX;
  }
}
