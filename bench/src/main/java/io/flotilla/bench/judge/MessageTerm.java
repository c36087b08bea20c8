package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.core.message.Message;

/**
 * What a leader or a candidate says carries the term its sender is in when it leaves. An answer may
 * have waited for its frame while the term moved on: it is still true of the term it names, and
 * never of a later one.
 */
final class MessageTerm implements Judge {
  @Override
  public void sent(Home from, int to, GroupId group, Message message, long term) {
    boolean isAnswer =
        message instanceof Message.AppendReply
            || message instanceof Message.VoteReply
            || message instanceof Message.PreVoteReply
            || message instanceof Message.HeartbeatReply
            || message instanceof Message.SnapshotReply;
    Check.that(
        message.term() == term || (isAnswer && message.term() < term),
        "message term: node%d is in term %d of group %s and sends %s",
        from.node(),
        term,
        group,
        message);
  }
}
