package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.core.message.Message;
import java.util.TreeMap;

/** A replica votes for one candidate a term, over all its lives; a candidate for itself (5.2). */
final class OneVote implements Judge {
  private final TreeMap<GroupId, TreeMap<Home, TreeMap<Long, Integer>>> votes = new TreeMap<>();

  @Override
  public void sent(Home from, int to, GroupId group, Message message, long term) {
    if (message instanceof Message.VoteReply reply && reply.granted()) {
      vote(from, group, reply.term(), to);
    } else if (message instanceof Message.RequestVote request) {
      vote(from, group, request.term(), from.node());
    }
  }

  private void vote(Home voter, GroupId group, long term, int candidate) {
    Integer other =
        votes
            .computeIfAbsent(group, absent -> new TreeMap<>())
            .computeIfAbsent(voter, absent -> new TreeMap<>())
            .putIfAbsent(term, candidate);
    Check.that(
        other == null || other == candidate,
        "one vote: node%d votes for %d in term %d of group %s, it has voted for %s",
        voter.node(),
        candidate,
        term,
        group,
        other);
  }
}
