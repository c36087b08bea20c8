package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.KvResult;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * An operation has one answer, wherever and however often it is applied: on every replica, in every
 * group that its shard has been to.
 */
final class OneAnswer implements Judge {
  /** Names an operation for ever. */
  private record Name(long session, int shard, long seq) implements Comparable<Name> {
    @Override
    public int compareTo(Name other) {
      int bySession = Long.compare(session, other.session);
      int byShard = Integer.compare(shard, other.shard);
      return bySession != 0 ? bySession : byShard != 0 ? byShard : Long.compare(seq, other.seq);
    }
  }

  private record Answered(KvResult.Answered answer, List<Integer> gids) {}

  private final TreeMap<Name, Answered> answers = new TreeMap<>();
  private final Runnable crossed;

  /**
   * @param crossed called when an answer is given again by a group that its shard came to later
   */
  OneAnswer(Runnable crossed) {
    this.crossed = crossed;
  }

  @Override
  public void opened(Sight replica) {
    int gid = replica.group.gid();
    replica.insight.listen(
        (operation, result) -> {
          if (result instanceof KvResult.Answered answered && operation.id().hasSession()) {
            answered(gid, operation, answered);
          }
        });
  }

  private void answered(int gid, KvCommand.Mutate operation, KvResult.Answered answer) {
    Name name = new Name(operation.id().session(), operation.shard(), operation.id().seq());
    Answered known = answers.get(name);
    if (known == null) {
      answers.put(name, new Answered(answer, new ArrayList<>(List.of(gid))));
      return;
    }
    Check.that(
        known.answer().equals(answer),
        "one answer: %s of group %d says %s, it said %s before",
        name,
        gid,
        answer,
        known.answer());
    if (!known.gids().contains(gid)) {
      known.gids().add(gid);
      crossed.run();
    }
  }
}
