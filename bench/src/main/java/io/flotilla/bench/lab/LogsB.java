package io.flotilla.bench.lab;

import java.util.List;

/** S1: 3; S2: 3 3 4; S3: 3 3 5. Two leaders that crashed before they said anything. */
final class LogsB implements Scenario {
  /**
   * How it ends if one server comes to lead.
   *
   * @param wins whether it can
   * @param log everybody's entries from 10 on afterwards; empty if it cannot
   */
  record Ending(boolean wins, List<Long> log) {}

  /**
   * What came out.
   *
   * @param tails the logs from index 10 on, S1 first, at the moment of interest
   * @param endings what happens if S1, S2 or S3 is the first to ask for votes
   */
  record Outcome(List<List<Long>> tails, List<Ending> endings) {}

  @Override
  public String name() {
    return "logs-b";
  }

  @Override
  public String claim() {
    return "S1: 3 | S2: 3 3 4 | S3: 3 3 5 can happen: 11 stays, 12 may go either way";
  }

  @Override
  public void tell(Story story, LabOptions options) {
    play(story, options.seed());
  }

  Outcome play(Story story, long seed) {
    story.say("Can three logs look like this, and what becomes of entries 11 and 12?");
    story.table(
        List.of("", "10", "11", "12"),
        List.of(
            List.of("S1", "3", ".", "."),
            List.of("S2", "3", "3", "4"),
            List.of("S3", "3", "3", "5")));
    story.gap();
    LabGroup group = build(story, seed);
    List<List<Long>> tails = LogTails.from(group, 10);
    story.because(
        "POSSIBLE. Nobody has voted twice and nobody was lied to. S2 and S3 both appended an entry"
            + " 12 of their own term; neither told anybody.");
    List<Ending> endings =
        List.of(endsWith(story, seed, 1), endsWith(story, seed, 2), endsWith(story, seed, 3));
    story.gap();
    story.say(
        "Entry 11 is on a majority and may have been acknowledged to a client: every server that"
            + " can win has it, so it stays for ever. Neither entry 12 was on a majority, so no"
            + " client was told that it is done: whichever leader comes next keeps its own, the"
            + " other one is overwritten.");
    return new Outcome(tails, endings);
  }

  private static LabGroup build(Story story, long seed) {
    LabGroup group = TermThree.begin(seed);
    group.propose(3, "a");
    group.runMillis(250);
    group.loses(TermThree.appendsLostTo(1));
    group.propose(3, "b");
    group.runMillis(20);
    story.step(
        group,
        "S3 leads term 3. Entry 10 went to both others, entry 11 to S2 only: the packet to S1 was"
            + " lost.");
    group.loses(TermThree.APPENDS_LOST);
    group.elect(2, () -> group.crash(3));
    group.runMillis(5);
    story.step(
        group,
        "S3 crashes. S2 wins term 4 with the vote of S1, whose log is shorter, and appends its"
            + " first entry at 12, a no-op. Nothing of it arrives anywhere.");
    group.restart(3);
    group.elect(3, () -> group.crash(2));
    group.runMillis(5);
    story.step(
        group,
        "S3 is back, S2 crashes. S3 wins term 5 with the vote of S1 (its log ends in term 3, entry"
            + " 11), and appends its own entry 12. Nothing of it arrives either.");
    group.crash(3);
    story.step(group, "S3 crashes.");
    return group;
  }

  private static Ending endsWith(Story story, long seed, int next) {
    LabGroup group = build(Story.untold(), seed);
    story.part("Everybody comes back, and S%d is the first to ask for votes", next);
    group.loses(Loss.NONE);
    group.favour(next);
    if (next == 1) {
      // Long enough for S1 to ask, too short for anybody else.
      group.crash(1);
      group.replicas().forEach(replica -> group.restart(replica.id()));
      group.runMillis(600);
      story.step(group, "S1 asks S2 and S3 first whether they would vote for it.");
      story.because(
          "It gets no vote: S2 (last entry of term 4) and S3 (term 5) are more up to date than S1"
              + " (term 3), by the term of the last entry, whatever the lengths (5.4.1).");
      return new Ending(group.replica(1).leads(), List.of());
    }
    group.restart(next);
    group.until(10_000, () -> group.replica(next).leads());
    group.restart(next == 2 ? 3 : 2);
    group.until(10_000, group::isSettled);
    group.runMillis(150);
    int leader = group.leader().orElseThrow();
    story.step(group, "S%d wins; the others take over its log.", leader);
    story.because(
        "Entry 11 is there as it was; entry 12 is the one of term %d; entry 13 is the new leader's"
            + " first, and commits all before it.",
        LogTails.of(group, 1, 12).get(0));
    return new Ending(leader == next, LogTails.of(group, 1, 10));
  }
}
