package io.flotilla.raft.core;

import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.raft.core.message.Message.AppendReply;
import io.flotilla.raft.core.message.Message.Heartbeat;
import io.flotilla.raft.core.message.Message.HeartbeatReply;
import io.flotilla.raft.core.message.Message.PreVote;
import io.flotilla.raft.core.message.Message.PreVoteReply;
import io.flotilla.raft.core.message.Message.RequestVote;
import io.flotilla.raft.core.message.Message.SnapshotChunk;
import io.flotilla.raft.core.message.Message.SnapshotReply;
import io.flotilla.raft.core.message.Message.TimeoutNow;
import io.flotilla.raft.core.message.Message.VoteReply;
import java.util.List;

/** Messages and entries as traces show them: positions are term/index. */
final class TraceText {
  private TraceText() {}

  static String of(Message message) {
    String head = message.getClass().getSimpleName() + " term=" + message.term();
    if (message instanceof PreVote vote) {
      return head + " last=" + of(vote.last());
    } else if (message instanceof PreVoteReply reply) {
      return head + " for=" + reply.campaignTerm() + granted(reply.granted());
    } else if (message instanceof RequestVote vote) {
      return head + " last=" + of(vote.last()) + (vote.transfer() ? " transfer" : "");
    } else if (message instanceof VoteReply reply) {
      return head + granted(reply.granted());
    } else if (message instanceof AppendEntries append) {
      return head
          + " prev="
          + of(append.previous())
          + " entries="
          + of(append.entries())
          + " commit="
          + append.commit();
    } else if (message instanceof AppendReply reply) {
      return reply.accepted()
          ? head + " accepted=" + reply.index()
          : head + " refused=" + reply.index() + " conflict=" + of(reply.conflict());
    } else if (message instanceof Heartbeat beat) {
      return head + " commit=" + beat.commit() + " round=" + beat.readRound();
    } else if (message instanceof HeartbeatReply reply) {
      return head + " round=" + reply.readRound();
    } else if (message instanceof SnapshotChunk chunk) {
      return head + " at=" + of(chunk.header().position()) + " bytes=" + chunk.length();
    } else if (message instanceof SnapshotReply reply) {
      return head + " at=" + of(reply.snapshot()) + (reply.installed() ? " installed" : "");
    } else if (message instanceof TimeoutNow now) {
      return head + " last=" + of(now.last());
    }
    return head;
  }

  static String of(List<Entry> entries) {
    return entries.stream().map(entry -> of(entry.position())).toList().toString();
  }

  static String of(Entry entry) {
    return of(entry.position())
        + switch (entry.kind()) {
          case NO_OP -> " no-op";
          case COMMAND -> " " + entry.data().toStringUtf8();
          case MEMBERSHIP -> " " + Membership.parse(entry.data()).map(TraceText::of).orElse("?");
        };
  }

  /** As the thesis writes them: old and new half of a joint one, then who only listens. */
  static String of(Membership members) {
    return "members="
        + (members.isJoint() ? members.outgoing() + "&" : "")
        + members.voters()
        + (members.learners().isEmpty() ? "" : " learners=" + members.learners());
  }

  static String of(LogPosition position) {
    return position.term() + "/" + position.index();
  }

  private static String granted(boolean granted) {
    return granted ? " granted" : " refused";
  }
}
