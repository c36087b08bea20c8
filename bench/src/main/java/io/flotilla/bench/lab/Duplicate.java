package io.flotilla.bench.lab;

import com.google.protobuf.ByteString;
import io.flotilla.raft.Entry;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.core.CoreConfig;
import io.flotilla.shardkv.group.Change;
import io.flotilla.shardkv.group.KvCommand;
import io.flotilla.shardkv.group.KvCommandCodec;
import io.flotilla.shardkv.group.OpId;
import io.flotilla.sim.Simulation;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** A retry can be in the log twice; sessions make it count once. */
final class Duplicate implements Scenario {
  /**
   * What came out.
   *
   * @param copiesInLog how often the client's append is in the log
   * @param naive the value after both, without sessions
   * @param withSession the value after both, with the session's record of what was done
   * @param sameAnswer the retry got the first one's answer
   */
  record Outcome(int copiesInLog, String naive, String withSession, boolean sameAnswer) {}

  /** A group's log and what its machine made of it. */
  private record End(int copies, String value, boolean sameAnswer) {}

  @Override
  public String name() {
    return "duplicate";
  }

  @Override
  public String claim() {
    return "a command whose answer was lost is in the log twice and counts once";
  }

  @Override
  public void tell(Story story, LabOptions options) {
    play(story, options.seed());
  }

  Outcome play(Story story, long seed) {
    story.part("Without sessions: the machine appends whatever the log says");
    End naive = retry(story, seed, PlainText::new, List.of(), ByteString.copyFromUtf8("x"));
    story.because(
        "The client asked once and the value is \"%s\". The log may not drop the second copy: to"
            + " it, they are two commands.",
        naive.value());

    story.part("With sessions: the store of this product, the same log");
    ByteString command =
        KvCommandCodec.encode(
            new KvCommand.Mutate(
                KvText.SHARD,
                new OpId(1L << OpId.OFFSET_BITS, 1, 1),
                KvText.KEY,
                new Change.Append(ByteString.copyFromUtf8("x"))));
    End once = retry(story, seed, KvText::new, KvText.serving(), command);
    story.because(
        "Both copies carry (session 1, operation 1). The first to be applied writes the value and,"
            + " in the same step, its answer; the second finds that answer. The value is \"%s\", on"
            + " every replica and after every restart, since it all happens in apply.",
        once.value());
    return new Outcome(once.copies(), naive.value(), once.value(), once.sameAnswer());
  }

  private static End retry(
      Story story,
      long seed,
      Supplier<LabMachine> machines,
      List<ByteString> before,
      ByteString command) {
    LabGroup group =
        new LabGroup(new Simulation(seed), 3, CoreConfig.from(RaftConfig.DEFAULT), machines);
    group.elect(1, () -> {});
    before.forEach(each -> group.propose(1, each));
    group.until(5_000, group::isSettled);
    group.favour(2);
    group.runMillis(205);
    LogPosition first = group.propose(1, command);
    group.until(1_000, () -> group.replica(1).answers().containsKey(first));
    String answer = group.replica(1).answers().get(first);
    story.step(
        group,
        "A client appends x; S1 has it on a majority at entry %d, applies it, and",
        first.index());
    group.crash(1);
    story.step(group, "crashes before the answer leaves. The client cannot know what happened.");
    group.until(5_000, () -> group.replica(2).leads());
    LogPosition second = group.propose(2, command);
    group.until(5_000, () -> group.replica(2).answers().containsKey(second));
    group.runMillis(150);
    story.step(
        group,
        "S2 leads, with entry %d. The client tries again: entry %d.",
        first.index(),
        second.index());
    LabReplica replica = group.replica(2);
    int copies = (int) replica.log().stream().map(Entry::data).filter(command::equals).count();
    boolean same = Objects.equals(replica.answers().get(second), answer);
    for (LabReplica each : group.replicas().subList(1, 3)) {
      story.say("      S%d holds \"%s\"", each.id(), each.machine().state());
    }
    return new End(copies, replica.machine().state(), same);
  }

  /** Appends and remembers nothing else. */
  private static final class PlainText implements LabMachine {
    private final StringBuilder text = new StringBuilder();

    @Override
    public String apply(Entry command) {
      text.append(command.data().toStringUtf8());
      return "done";
    }

    @Override
    public String state() {
      return text.toString();
    }
  }
}
