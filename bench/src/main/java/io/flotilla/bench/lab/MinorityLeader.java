package io.flotilla.bench.lab;

import io.flotilla.raft.LogPosition;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.core.CoreConfig;
import io.flotilla.sim.Simulation;
import java.util.List;

/** A leader on the wrong side of a partition commits nothing, and is told so when it is back. */
final class MinorityLeader implements Scenario {
  private static final List<Integer> MINORITY = List.of(1, 2);
  private static final List<Integer> MAJORITY = List.of(3, 4, 5);

  /**
   * What came out.
   *
   * @param leadersAtOnce servers that believed to lead at one moment, in different terms
   * @param minorityCommitted the old leader committed what it was given while cut off
   * @param majorityCommitted the new leader committed what it was given
   * @param deposedByTerm the old leader stepped down when it heard of the new term
   * @param steppedDownAlone a leader that stays cut off stepped down by itself
   * @param sameLogs everybody had the new leader's log in the end
   */
  record Outcome(
      int leadersAtOnce,
      boolean minorityCommitted,
      boolean majorityCommitted,
      boolean deposedByTerm,
      boolean steppedDownAlone,
      boolean sameLogs) {}

  @Override
  public String name() {
    return "minority-leader";
  }

  @Override
  public String claim() {
    return "a leader cut off with a minority commits nothing and is refused later";
  }

  @Override
  public void tell(Story story, LabOptions options) {
    play(story, options.seed());
  }

  Outcome play(Story story, long seed) {
    LabGroup group = begin(seed);
    LogPosition before = group.propose(1, "before");
    group.until(5_000, group::isSettled);
    group.runMillis(150);
    story.step(group, "S1 leads term 1; entry %d is everywhere and committed.", before.index());
    group.favour(3);
    group.runMillis(205);
    group.loses(Loss.partition(MINORITY, MAJORITY));
    LogPosition lost = group.propose(1, "lost");
    group.runMillis(50);
    story.step(
        group,
        "The network splits: S1 and S2 here, S3, S4 and S5 there. A client that sits with S1 writes"
            + " entry %d.",
        lost.index());
    story.because(
        "Two of five have it. A majority of ALL servers is three: it is not committed, and the"
            + " client is told nothing.");
    group.until(5_000, () -> group.replica(3).leads());
    LogPosition won = group.propose(3, "won");
    group.runMillis(30);
    int leaders = (int) group.replicas().stream().filter(LabReplica::leads).count();
    boolean minority = group.replica(1).status().commitIndex() >= lost.index();
    boolean majority = group.replica(3).status().commitIndex() >= won.index();
    story.step(
        group,
        "S3 hears no leader, wins term 2 with S4 and S5, and commits entries %d and %d.",
        lost.index(),
        won.index());
    story.because(
        "%d servers believe to lead, in different terms, and only one of them can commit: any two"
            + " majorities share a server, and each server votes once a term.",
        leaders);
    group.loses(Loss.NONE);
    group.until(2_000, () -> !group.replica(1).leads());
    boolean deposed = !group.replica(1).leads() && group.replica(1).status().term() == 2;
    story.step(
        group, "The network heals. S1's next heartbeat says term 1 and is answered: term 2.");
    story.because("S1 steps down at once; nothing it said in term 1 counts any more.");
    group.until(5_000, group::isSettled);
    group.runMillis(150);
    story.step(group, "S3 makes the logs of S1 and S2 like its own; entry 'lost' is gone.");
    boolean same =
        group.replicas().stream()
            .allMatch(replica -> replica.commands().equals(List.of("before", "won")));
    boolean alone = staysCutOff(story, seed);
    return new Outcome(leaders, minority, majority, deposed, alone, same);
  }

  private static boolean staysCutOff(Story story, long seed) {
    LabGroup group = begin(seed);
    story.part("And if the network never heals");
    group.loses(Loss.partition(MINORITY, MAJORITY));
    long cut = group.nowNanos();
    group.until(5_000, () -> !group.replica(1).leads());
    boolean stepped = !group.replica(1).leads();
    story.step(
        group,
        "S1 steps down by itself after %d ms in which no majority answered.",
        (group.nowNanos() - cut) / LabGroup.MILLI);
    story.because(
        "It has lost nothing by that, it could commit nothing; but its clients are sent elsewhere"
            + " instead of waiting (thesis 6.2).");
    return stepped;
  }

  private static LabGroup begin(long seed) {
    LabGroup group = new LabGroup(new Simulation(seed), 5, CoreConfig.from(RaftConfig.DEFAULT));
    group.elect(1, () -> {});
    group.until(5_000, group::isSettled);
    return group;
  }
}
