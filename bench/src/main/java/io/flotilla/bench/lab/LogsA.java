package io.flotilla.bench.lab;

import java.util.List;

/** S1: 3; S2: 3 3; S3: 3 3. A lost packet is enough. */
final class LogsA implements Scenario {
  /**
   * What came out.
   *
   * @param tails the logs from index 10 on, S1 first, at the moment of interest
   * @param committedWithout entry 11 was committed though S1 lacked it
   * @param repaired S1's log from index 10 on afterwards
   */
  record Outcome(List<List<Long>> tails, boolean committedWithout, List<Long> repaired) {}

  @Override
  public String name() {
    return "logs-a";
  }

  @Override
  public String claim() {
    return "S1: 3 | S2: 3 3 | S3: 3 3 can happen: one lost packet, which is repaired";
  }

  @Override
  public void tell(Story story, LabOptions options) {
    play(story, options.seed());
  }

  Outcome play(Story story, long seed) {
    story.say("Can three logs look like this?");
    story.table(
        List.of("", "10", "11"),
        List.of(List.of("S1", "3", "."), List.of("S2", "3", "3"), List.of("S3", "3", "3")));
    LabGroup group = TermThree.begin(seed);
    story.gap();
    story.step(
        group, "Terms 1 and 2 have come and gone; S3 leads term 3, everybody has entries 1 to 9.");
    group.propose(3, "a");
    group.runMillis(250);
    story.step(group, "S3 appends entry 10 and sends it to both.");
    group.loses(TermThree.appendsLostTo(1));
    group.propose(3, "b");
    group.runMillis(20);
    List<List<Long>> tails = LogTails.from(group, 10);
    story.step(group, "S3 appends entry 11; the packet to S1 is lost.");
    boolean committed = group.replica(3).status().commitIndex() == 11;
    story.because(
        "POSSIBLE. And entry 11 is committed already: S2 and S3 have it on disk, which is a"
            + " majority. S1 is merely late.");
    group.runMillis(300);
    group.loses(Loss.NONE);
    group.until(5_000, () -> group.replica(1).status().last().index() == 11);
    group.runMillis(150);
    story.step(
        group,
        "Heartbeats still pass. S3 sees that S1 answers but has not acknowledged entry 11, asks it"
            + " where its log ends, and sends what is missing.");
    story.because(
        "The leader never changes its own log; it makes the others' like it. S1 learns that 11 is"
            + " committed from a message after the one that brought it.");
    return new Outcome(tails, committed, LogTails.of(group, 1, 10));
  }
}
