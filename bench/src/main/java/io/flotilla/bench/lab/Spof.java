package io.flotilla.bench.lab;

import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.core.CoreConfig;
import io.flotilla.sim.Simulation;
import java.util.List;
import java.util.stream.IntStream;

/** One server that decides is a single point of failure; three are not. */
final class Spof implements Scenario {
  private static final long DEADLINE_MILLIS = 5_000;

  /**
   * What came out.
   *
   * @param oneServed a group of one answered while its server was up
   * @param noneServed a group of one answered while its server was down
   * @param twoServed three servers answered with one down
   * @param gapMillis from the crash of the leader of three to the next answer
   * @param oneOfThreeServed three servers answered with two down
   * @param kept the decision survived everything
   */
  record Outcome(
      boolean oneServed,
      boolean noneServed,
      boolean twoServed,
      long gapMillis,
      boolean oneOfThreeServed,
      boolean kept) {}

  @Override
  public String name() {
    return "spof";
  }

  @Override
  public String claim() {
    return "one server that decides is a single point of failure; three are not";
  }

  @Override
  public void tell(Story story, LabOptions options) {
    play(story, options.seed());
  }

  Outcome play(Story story, long seed) {
    story.say(
        "MapReduce has one master, GFS one master that picks primaries, VM-FT one test-and-set"
            + " server. While it is up nobody disagrees; when it is down nobody decides.");
    LabGroup one = group(1, seed);
    story.part("One server");
    boolean served = call(story, one, "C1").answer().isPresent();
    one.crash(1);
    story.step(one, "S1 crashes.");
    boolean down = call(story, one, "C2").answer().isPresent();
    one.restart(1);
    boolean back = call(story, one, "C2").answer().stream().allMatch(TestAndSet.LOST::equals);
    story.because(
        "One machine's failures are everybody's failures. The decision itself was on disk, so it"
            + " came back with the server: %s.",
        one.replica(1).machine().state());

    LabGroup three = group(3, seed);
    story.part("Three servers, the same code");
    call(story, three, "C1");
    int leader = three.leader().orElseThrow();
    three.crash(leader);
    long crashed = three.nowNanos();
    story.step(three, "S%d, the leader, crashes.", leader);
    boolean two = call(story, three, "C2").answer().isPresent();
    long gap = (three.nowNanos() - crashed) / LabGroup.MILLI;
    story.because("Two of three are a majority: a new leader, %d ms after the crash.", gap);
    int second = three.leader().orElseThrow();
    three.crash(second);
    story.step(three, "S%d crashes too.", second);
    boolean oneOfThree = call(story, three, "C3").answer().isPresent();
    story.because(
        "The majority is of ALL servers, not of the live ones: the last one cannot know whether the"
            + " others are dead or cut off and deciding without it.");
    three.restart(leader);
    three.restart(second);
    LabClient.Reply last = call(story, three, "C3");
    boolean kept = back && last.answer().stream().allMatch(TestAndSet.LOST::equals);
    story.because("2f+1 servers survive f failures, wait through more, and forget nothing.");
    return new Outcome(served, down, two, gap, oneOfThree, kept);
  }

  private static LabGroup group(int size, long seed) {
    return new LabGroup(
        new Simulation(seed), size, CoreConfig.from(RaftConfig.DEFAULT), TestAndSet::new);
  }

  private static LabClient.Reply call(Story story, LabGroup group, String client) {
    List<Integer> all = IntStream.rangeClosed(1, group.replicas().size()).boxed().toList();
    LabClient.Reply reply = new LabClient(group, all).call(client, DEADLINE_MILLIS);
    story.step(group, "%s asks: set it, what was it before? -> %s", client, reply);
    return reply;
  }
}
