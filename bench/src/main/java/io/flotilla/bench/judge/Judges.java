package io.flotilla.bench.judge;

import java.util.List;

/** All rules there are, and the truth they are about. */
public final class Judges {
  private Judges() {}

  /**
   * The judges of a run, in the order in which they are to be called.
   *
   * @param truth of the run; it is among them, before those who ask it
   * @param crossed called when an answer is given again by a group that its shard came to later
   */
  public static List<Judge> of(Truth truth, Runnable crossed) {
    for (Truth.Listener listener : moves(truth)) {
      truth.listen(listener);
    }
    return List.of(truth, new LivingGroups(truth::isGone, consensus()), new OneAnswer(crossed));
  }

  private static List<Judge> consensus() {
    return List.of(
        new ElectionSafety(),
        new OneVote(),
        new PromisesKept(),
        new MessageTerm(),
        new Monotony(),
        new Logs(
            List.of(
                new LogMatching(),
                new LeaderAppendOnly(),
                new LeaderCompleteness(),
                new SnapshotBehindCommit())),
        new StateMachineSafety(),
        new EqualChains());
  }

  private static List<Truth.Listener> moves(Truth truth) {
    return List.of(
        new OneOwner(truth),
        new DecidedOwner(truth),
        new Fences(),
        new FrozenStill(),
        new ReadyFits(truth, id -> truth.controller().flatMap(state -> state.move(id))),
        new OneEnd(),
        new Watermarks(),
        new Counters());
  }
}
