package io.flotilla.bench.judge;

import io.flotilla.base.check.Check;
import io.flotilla.raft.GroupStatus;

/**
 * Within a life of a replica its term, what it knows committed and what it has applied never go
 * back; applied is committed, and committed is in its log.
 */
final class Monotony implements Judge {
  @Override
  public void opened(Sight replica) {
    check(replica);
  }

  @Override
  public void changed(Sight replica, GroupStatus before) {
    GroupStatus now = replica.status();
    Check.that(now.term() >= before.term(), "monotony: the term of %s went back", replica);
    Check.that(
        now.commitIndex() >= before.commitIndex(), "monotony: commit of %s went back", replica);
    Check.that(
        now.applied().index() >= before.applied().index(),
        "monotony: applied of %s went back",
        replica);
    check(replica);
  }

  private static void check(Sight replica) {
    GroupStatus now = replica.status();
    Check.that(
        now.applied().index() <= now.commitIndex(),
        "monotony: %s applied what is not committed",
        replica);
    Check.that(
        now.commitIndex() <= now.last().index(),
        "monotony: %s committed what it does not have",
        replica);
  }
}
