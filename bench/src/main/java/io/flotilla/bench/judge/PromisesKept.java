package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.core.message.Message;
import java.util.TreeMap;

/**
 * What a replica has told others survives its crashes: the term it spoke in, and the entries it
 * called durable, unless a leader of a later term has replaced them since.
 */
final class PromisesKept implements Judge {
  private final TreeMap<GroupId, TreeMap<Home, Promise>> promises = new TreeMap<>();

  /**
   * What was promised.
   *
   * @param term the last one in which a vote was given or entries accepted
   * @param index the highest one accepted in that term; 0 for none
   */
  private record Promise(long term, long index) {
    static final Promise NONE = new Promise(0, 0);

    Promise and(long newTerm, long newIndex) {
      return newTerm > term
          ? new Promise(newTerm, newIndex)
          : new Promise(term, Math.max(index, newIndex));
    }
  }

  @Override
  public void sent(Home from, int to, GroupId group, Message message, long term) {
    if (message instanceof Message.VoteReply reply && reply.granted()) {
      promise(from, group, reply.term(), 0);
    } else if (message instanceof Message.RequestVote request) {
      promise(from, group, request.term(), 0);
    } else if (message instanceof Message.AppendReply reply && reply.accepted()) {
      promise(from, group, reply.term(), reply.index());
    }
  }

  @Override
  public void opened(Sight replica) {
    Promise promised =
        promises
            .computeIfAbsent(replica.group, absent -> new TreeMap<>())
            .getOrDefault(replica.home, Promise.NONE);
    long term = replica.status().term();
    boolean isKept =
        term > promised.term()
            || (term == promised.term() && replica.status().last().index() >= promised.index());
    Check.that(
        isKept,
        "promises kept: %s comes back in term %d with %s, it has promised %s",
        replica,
        term,
        replica.status().last(),
        promised);
  }

  private void promise(Home from, GroupId group, long term, long index) {
    promises
        .computeIfAbsent(group, absent -> new TreeMap<>())
        .merge(from, new Promise(term, index), (known, more) -> known.and(term, index));
  }
}
