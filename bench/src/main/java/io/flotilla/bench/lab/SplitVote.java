package io.flotilla.bench.lab;

import io.flotilla.raft.GroupStatus.Role;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.core.CoreConfig;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Equal timeouts split the vote for ever; random ones do not (5.2). */
final class SplitVote implements Scenario {
  private static final int ROUNDS = 4;
  private static final int GROUPS = 200;
  private static final long PATIENCE_MILLIS = 30_000;
  private static final long DELAY_MIN = 5 * LabGroup.MILLI;
  private static final long DELAY_MAX = 40 * LabGroup.MILLI;
  private static final int BAR_MAX = 50;

  /**
   * What came out.
   *
   * @param equalTerms terms that ended without a winner while timeouts were equal
   * @param equalLeader whether somebody won all the same
   * @param termsToLeader how many groups with random timeouts needed how many terms
   */
  record Outcome(int equalTerms, boolean equalLeader, NavigableMap<Long, Integer> termsToLeader) {}

  @Override
  public String name() {
    return "split-vote";
  }

  @Override
  public String claim() {
    return "equal timeouts split the vote for ever; random ones end it in a round or two";
  }

  @Override
  public void tell(Story story, LabOptions options) {
    play(story, options.seed());
  }

  Outcome play(Story story, long seed) {
    CoreConfig config = CoreConfig.from(RaftConfig.FAST);
    story.part("Three servers, every timeout exactly 150 ms");
    LabGroup equal = new LabGroup(new Simulation(seed), 3, config);
    equal.replicas().forEach(replica -> replica.draws().always(0));
    for (int round = 1; round <= ROUNDS; round++) {
      long term = round;
      equal.until(PATIENCE_MILLIS, () -> candidates(equal, term) == 3);
      story.step(equal, "All three time out at once, and each votes for itself in term %d.", term);
      equal.runMillis(10);
      story.because(
          "Each server has one vote a term and has spent it: two refusals for everybody, nobody"
              + " has two of three.");
    }
    boolean leader = equal.leader().isPresent();
    story.because("Nothing here ever changes: the next timeout is as equal as the last.");

    story.part(
        "Three servers, timeouts drawn from 150 to 300 ms at every reset, messages of 5 to 40 ms");
    TreeMap<Long, Integer> terms = new TreeMap<>();
    for (int at = 0; at < GROUPS; at++) {
      LabGroup group = new LabGroup(new Simulation(seed + at), 3, config);
      group.network(DELAY_MIN, DELAY_MAX, 0);
      group.until(PATIENCE_MILLIS, () -> group.leader().isPresent());
      long needed = group.leader().map(id -> group.replica(id).status().term()).orElse(0L);
      terms.merge(needed, 1, Integer::sum);
    }
    story.say("%d groups, terms until there was a leader:", GROUPS);
    story.table(List.of("terms", "groups", ""), histogram(terms));
    story.because(
        "Whoever draws the shortest time asks while the others still wait. It has to be shorter by"
            + " a round trip, so that the votes are in before the next one wakes: the range has to"
            + " be wide against the time of a message. Drawn anew each time, because two that"
            + " collided once would else collide for ever.");
    return new Outcome(ROUNDS, leader, terms);
  }

  private static long candidates(LabGroup group, long term) {
    return group.replicas().stream()
        .filter(replica -> replica.status().term() == term)
        .filter(replica -> replica.status().role() == Role.CANDIDATE)
        .count();
  }

  private static List<List<String>> histogram(NavigableMap<Long, Integer> terms) {
    List<List<String>> rows = new ArrayList<>();
    terms.forEach(
        (needed, count) ->
            rows.add(
                List.of(
                    Long.toString(needed),
                    Integer.toString(count),
                    "#".repeat(Math.max(1, count * BAR_MAX / GROUPS)))));
    return rows;
  }
}
