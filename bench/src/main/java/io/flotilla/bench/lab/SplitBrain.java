package io.flotilla.bench.lab;

import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.core.CoreConfig;
import io.flotilla.sim.Simulation;
import io.flotilla.sim.history.Operation;
import io.flotilla.sim.history.check.CheckBudget;
import io.flotilla.sim.history.check.LinearizabilityChecker;
import io.flotilla.sim.history.check.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Two servers copied naively both say yes; a Raft group says yes once. */
final class SplitBrain implements Scenario {
  private static final String LOCK = "lock";
  private static final double UP = 0.99;

  /**
   * What came out under the partition.
   *
   * @param winners clients that were told the old value was 0
   * @param answered clients that were told anything
   * @param isLinearizable the verdict on what the clients saw
   */
  record Ending(int winners, int answered, boolean isLinearizable) {}

  /** The same script under each policy, and on a Raft group. */
  record Outcome(Map<Policy, Ending> naive, Optional<Ending> raft) {}

  /** What clients saw, as a history of compare-and-set on a lock that was free. */
  private static final class Seen {
    private final List<Operation> operations = new ArrayList<>();
    private int winners;
    private int answered;

    void add(String client, long call, long returned, Optional<String> answer) {
      Operation asked = Operation.cas(client, LOCK, Optional.empty(), client, call);
      if (answer.isEmpty()) {
        operations.add(asked.unknown(returned));
        return;
      }
      boolean won = answer.get().equals(TestAndSet.WON);
      operations.add(asked.answered(won, returned));
      answered++;
      winners += won ? 1 : 0;
    }

    Ending end(Story story) {
      Verdict verdict = LinearizabilityChecker.check(operations, CheckBudget.DEFAULT);
      story.say("      The checker, on what the clients saw:");
      story.quote(verdict.text());
      return new Ending(winners, answered, verdict.isLinearizable());
    }
  }

  @Override
  public String name() {
    return "split-brain";
  }

  @Override
  public String claim() {
    return "two copies of a decider both say yes, or both wait; three decide once";
  }

  @Override
  public void tell(Story story, LabOptions options) {
    play(story, options);
  }

  Outcome play(Story story, LabOptions options) {
    story.say(
        "A lock: test-and-set(1) returns the old value, and whoever gets 0 has it. One server is a"
            + " single point of failure, so there are two now. The network splits: client C1"
            + " reaches S1 only, client C2 reaches S2 only. Neither can tell a dead server from a"
            + " dead wire.");
    Map<Policy, Ending> naive = new EnumMap<>(Policy.class);
    for (Policy policy : Policy.values()) {
      if (options.policy().isEmpty() || options.policy().get() == policy) {
        naive.put(policy, naive(story, policy));
      }
    }
    Optional<Ending> raft = Optional.empty();
    if (options.policy().isEmpty()) {
      raft = Optional.of(raft(story, options.seed()));
      compare(story);
    }
    return new Outcome(naive, raft);
  }

  private static Ending naive(Story story, Policy policy) {
    story.part(
        "Two servers, policy '%s': %s",
        policy, policy == Policy.ANY ? "talk to whoever you reach" : "talk to both or wait");
    TwoServers servers = new TwoServers(policy);
    Seen seen = new Seen();
    for (int client = 1; client <= 2; client++) {
      int only = client;
      long call = client * 10L;
      Optional<String> answer = servers.call("C" + client, server -> server == only);
      seen.add("C" + client, call, call + 5, answer);
      story.event(
          call * LabGroup.MILLI,
          "C%d: test-and-set -> %s      (S1 %s, S2 %s)",
          client,
          answer.orElse("no answer, it goes on waiting"),
          servers.state(1),
          servers.state(2));
    }
    if (policy == Policy.ANY) {
      story.because("SPLIT BRAIN: both were told 0, both have the lock.");
    } else {
      story.because(
          "Safe, and worse than one server: now two have to be up. Any one failure stops"
              + " everybody.");
    }
    return seen.end(story);
  }

  private static Ending raft(Story story, long seed) {
    story.part("A Raft group of three: S1 | S2, S3, with C1 on one side and C2 on the other");
    LabGroup group =
        new LabGroup(new Simulation(seed), 3, CoreConfig.from(RaftConfig.DEFAULT), TestAndSet::new);
    group.elect(1, () -> {});
    group.until(5_000, group::isSettled);
    group.favour(2);
    group.runMillis(205);
    story.step(group, "S1 leads.");
    group.loses(Loss.partition(List.of(1), List.of(2, 3)));
    Seen seen = new Seen();
    long firstCall = group.nowNanos();
    LabClient.Reply first = new LabClient(group, List.of(1)).call("C1", 300);
    seen.add("C1", firstCall, group.nowNanos(), first.answer());
    story.step(group, "The network splits. C1 asks S1: test-and-set -> %s", first);
    story.because("S1 has it in its log and nobody to agree: no majority, no answer.");
    long secondCall = group.nowNanos();
    LabClient.Reply second = new LabClient(group, List.of(2, 3)).call("C2", 5_000);
    seen.add("C2", secondCall, group.nowNanos(), second.answer());
    story.step(group, "S2 and S3 are a majority and elect S2. C2 asks: test-and-set -> %s", second);
    group.loses(Loss.NONE);
    group.until(5_000, group::isSettled);
    long thirdCall = group.nowNanos();
    // A new name after an unknown outcome: the first call might still take effect.
    LabClient.Reply third = new LabClient(group, List.of(1, 2, 3)).call("C1 again", 5_000);
    seen.add("C1 again", thirdCall, group.nowNanos(), third.answer());
    group.runMillis(150);
    story.step(group, "The network heals, S1 takes over S2's log. C1 asks again -> %s", third);
    story.because("Exactly one winner. Of S1's side and S2's side only one can be a majority.");
    return seen.end(story);
  }

  private static void compare(Story story) {
    story.part("What each costs, if every server is up 99 percent of the time");
    story.table(
        List.of("policy", "answers with one server down", "can say yes twice", "up"),
        List.of(
            List.of("one server", "no", "no", up(1, 1)),
            List.of("two, any", yes(serves(Policy.ANY)), yes(splits(Policy.ANY)), up(2, 1)),
            List.of("two, all", yes(serves(Policy.ALL)), yes(splits(Policy.ALL)), up(2, 2)),
            List.of("three, majority", "yes", "no", up(3, 2)),
            List.of("four, majority", "yes", "no", up(4, 3)),
            List.of("five, majority", "yes, and with two down", "no", up(5, 3))));
    story.because(
        "Four survive one failure, as three do, and have one more server that can fail: odd"
            + " numbers are the useful ones.");
  }

  /** Whether a client is answered while S2 is down. */
  private static boolean serves(Policy policy) {
    return new TwoServers(policy).call("C1", server -> server == 1).isPresent();
  }

  /** Whether two clients that reach one server each are both told 0. */
  private static boolean splits(Policy policy) {
    TwoServers servers = new TwoServers(policy);
    Optional<String> first = servers.call("C1", server -> server == 1);
    Optional<String> second = servers.call("C2", server -> server == 2);
    return first.equals(Optional.of(TestAndSet.WON)) && second.equals(first);
  }

  /** The share of time in which at least {@code needed} of {@code servers} are up. */
  private static String up(int servers, int needed) {
    double share = 0;
    for (int state = 0; state < 1 << servers; state++) {
      int live = Integer.bitCount(state);
      if (live >= needed) {
        share += Math.pow(UP, live) * Math.pow(1 - UP, servers - live);
      }
    }
    return String.format(Locale.ROOT, "%.4f %%", share * 100);
  }

  private static String yes(boolean holds) {
    return holds ? "yes" : "no";
  }
}
