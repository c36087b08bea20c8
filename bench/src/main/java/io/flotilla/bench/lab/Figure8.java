package io.flotilla.bench.lab;

import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.core.CoreConfig;
import io.flotilla.raft.core.message.Message;
import io.flotilla.raft.core.message.Message.AppendEntries;
import io.flotilla.sim.Simulation;

/** Why an entry of an old term is not committed by counting its copies (5.4.2, figure 8). */
final class Figure8 implements Scenario {
  private static final LogPosition OF_TERM_2 = new LogPosition(2, 2);

  /**
   * What came out.
   *
   * @param holders servers with the entry of term 2 when its leader of term 4 was asked
   * @param commitThen the commit index of that leader at that moment
   * @param overwritten the entry was overwritten everywhere in (d)
   * @param commitWithOwn the commit index once an entry of term 4 was on a majority, in (e)
   * @param couldWin S5 came to lead in (e)
   * @param kept the entry was still there in the end of (e)
   */
  record Outcome(
      long holders,
      long commitThen,
      boolean overwritten,
      long commitWithOwn,
      boolean couldWin,
      boolean kept) {}

  @Override
  public String name() {
    return "figure-8";
  }

  @Override
  public String claim() {
    return "an old entry on a majority can still go, so counting never commits it";
  }

  @Override
  public void tell(Story story, LabOptions options) {
    play(story, options.seed());
  }

  Outcome play(Story story, long seed) {
    story.say(
        "Five servers. An entry appears in the log as its term; every leader's first entry of its"
            + " term is a no-op. One entry a message, so that the network can lose them one by"
            + " one.");
    story.gap();
    LabGroup group = toC(story, seed);
    long holders = group.replicas().stream().filter(replica -> has(replica, OF_TERM_2)).count();
    long commitThen = group.replica(1).status().commitIndex();
    story.because(
        "Entry 2 is on %d of 5 servers, and its leader still says commit %d: an entry of an earlier"
            + " term is never committed by counting. The next two parts say why.",
        holders, commitThen);

    story.part("(d) S1 crashes before its own entry gets anywhere");
    group.restart(5);
    group.elect(5, () -> group.crash(1));
    group.loses(Loss.NONE);
    group.restart(1);
    group.until(10_000, group::isSettled);
    group.runMillis(150);
    boolean overwritten = group.replicas().stream().noneMatch(replica -> has(replica, OF_TERM_2));
    story.step(
        group,
        "S5's last entry is of term 3, later than 2: S2, S3 and S4 vote for it. It overwrites entry"
            + " 2 everywhere.");
    story.because(
        "Had S1 called entry 2 committed when three servers had it, a client would now miss what it"
            + " was promised.");

    LabGroup other = toC(Story.untold(), seed);
    story.part("(e) instead: S1's own entry of term 4 reaches S2 and S3");
    other.loses((from, to, message) -> to > 3 && TermThree.carriesEntries(message));
    other.until(5_000, () -> other.replica(1).status().commitIndex() >= 3);
    long commitWithOwn = other.replica(1).status().commitIndex();
    story.step(other, "Entry 3, of the leader's own term, is on a majority: committed.");
    story.because("And entry 2 with it: the log before a committed entry is committed too.");
    other.favour(5);
    other.restart(5);
    other.runMillis(250);
    other.crash(1);
    other.until(1_500, () -> other.replica(5).leads());
    boolean couldWin = other.replica(5).leads();
    story.step(other, "S1 crashes, S5 asks for votes.");
    story.because(
        "Only S4 would vote for S5. S2 and S3 have an entry of term 4, and S5 has none: nobody"
            + " without entry 3 can get a majority any more.");
    other.loses(Loss.NONE);
    other.restart(1);
    other.until(10_000, other::isSettled);
    other.runMillis(150);
    story.step(other, "The network heals, everybody is back.");
    boolean kept = other.replicas().stream().allMatch(replica -> has(replica, OF_TERM_2));
    return new Outcome(holders, commitThen, overwritten, commitWithOwn, couldWin, kept);
  }

  private static LabGroup toC(Story story, long seed) {
    CoreConfig config = oneEntryAMessage();
    LabGroup group = new LabGroup(new Simulation(seed), 5, config);
    group.elect(3, () -> {});
    group.until(5_000, group::isSettled);
    group.loses((from, to, message) -> to > 2 && TermThree.carriesEntries(message));
    group.elect(1, () -> group.crash(3));
    group.restart(3);
    group.runMillis(150);
    story.step(group, "(a) S1 leads term 2 and appends entry 2. It reaches S2, and nobody else.");
    group.loses((from, to, message) -> TermThree.carriesEntries(message));
    group.elect(5, () -> group.crash(1));
    group.runMillis(5);
    story.step(
        group,
        "(b) S1 crashes. S5 wins term 3 with the votes of S3, S4 and itself, and appends another"
            + " entry 2. It reaches nobody.");
    group.restart(1);
    group.elect(1, () -> group.crash(5));
    group.loses(
        (from, to, message) ->
            TermThree.carriesEntries(message)
                && (to > 3 || (carriesTermAbove(message, 2) && fits(group.replica(to), message))));
    group.until(5_000, () -> has(group.replica(3), OF_TERM_2));
    group.runMillis(20);
    story.step(
        group,
        "(c) S1 is back, S5 crashes. S1 wins term 4 and goes on with entry 2: it reaches S3. The"
            + " leader's own first entry, 3, reaches nobody.");
    return group;
  }

  private static boolean carriesTermAbove(Message message, long term) {
    return message instanceof AppendEntries append
        && append.entries().stream().anyMatch(entry -> entry.term() > term);
  }

  /** Whether this log has what the message starts from; if not, it asks for earlier entries. */
  private static boolean fits(LabReplica replica, Message message) {
    return message instanceof AppendEntries append && has(replica, append.previous());
  }

  private static boolean has(LabReplica replica, LogPosition position) {
    return replica.log().stream().map(Entry::position).anyMatch(position::equals);
  }

  private static CoreConfig oneEntryAMessage() {
    CoreConfig usual = CoreConfig.from(RaftConfig.DEFAULT);
    return new CoreConfig(
        usual.heartbeatNanos(),
        usual.electionMinNanos(),
        usual.electionMaxNanos(),
        1,
        usual.maxBytesPerMessage(),
        usual.maxInflightMessages(),
        usual.maxInflightBytes(),
        usual.maxUncommittedBytes(),
        usual.maxCommittedBytes(),
        usual.tailBytes());
  }
}
