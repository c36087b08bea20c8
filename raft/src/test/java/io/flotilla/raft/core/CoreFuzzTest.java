package io.flotilla.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.ChangeResult;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.SnapshotHeader;
import io.flotilla.raft.core.message.Message.TimeoutNow;
import io.flotilla.raft.core.message.MessageCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Random faults against everything figure 3 promises, then peace, in which the group must get on
 * with its work. Replay a seed with {@link #run}.
 */
class CoreFuzzTest {
  private static final int SEEDS = Integer.getInteger("flotilla.coreSeeds", 150);
  private static final long FIRST_SEED = Long.getLong("flotilla.coreFirstSeed", 1);

  private static final TreeMap<String, Integer> SEEN = new TreeMap<>();

  /** A storm in which nothing of a kind happens would show less than it says. */
  @AfterAll
  static void everyKindOfThingHappened() {
    assertThat(SEEN).containsKeys("changes Done", "changes Busy", "came back with nothing");
  }

  private static void saw(String what) {
    SEEN.merge(what, 1, Integer::sum);
  }

  @Test
  void safeUnderFaultsAndLiveAfterThem() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      run(seed);
    }
  }

  private static void run(long seed) {
    try {
      new Storm(seed).run();
    } catch (AssertionError | RuntimeException failure) {
      throw new AssertionError("seed " + seed, failure);
    }
  }

  private static final class Storm {
    private final CoreCluster cluster;
    private final SplittableRandom random;
    private int commands;

    private Storm(long seed) {
      this.random = new SplittableRandom(~seed);
      this.cluster = new CoreCluster(start(), random.nextInt(4), seed, config());
    }

    /** Most groups are new; some have counted so far that an int or a careless sum overflows. */
    private SnapshotHeader start() {
      long counted =
          switch (random.nextInt(8)) {
            case 0 -> Integer.MAX_VALUE - 20L;
            case 1 -> MessageCheck.MAX - 1_000_000;
            default -> 0;
          };
      return new SnapshotHeader(new LogPosition(counted, counted), membership());
    }

    private Membership membership() {
      return switch (random.nextInt(10)) {
        case 0 -> Membership.of(List.of(1));
        case 1 -> Membership.of(List.of(1, 2));
        case 2 -> Membership.of(List.of(1, 2, 3, 4));
        case 3 -> Membership.of(List.of(1, 2, 3, 4, 5));
        case 4 -> new Membership(List.of(1), List.of(), List.of(2));
        case 5 -> new Membership(List.of(1, 2, 3), List.of(), List.of(4, 5));
        case 6 -> new Membership(List.of(1, 2, 3), List.of(3, 4, 5), List.of());
        default -> Membership.of(List.of(1, 2, 3));
      };
    }

    /** Small bounds half of the time, so that every one of them is met. */
    private CoreConfig config() {
      CoreConfig usual = CoreCluster.CONFIG;
      if (random.nextBoolean()) {
        return usual;
      }
      return new CoreConfig(
          usual.heartbeatNanos(),
          usual.electionMinNanos(),
          usual.electionMaxNanos(),
          1 + random.nextInt(4),
          1 + random.nextInt(200),
          1 + random.nextInt(4),
          1 + random.nextInt(300),
          1 + random.nextInt(2_000),
          1 + random.nextInt(200),
          random.nextInt(500));
    }

    void run() {
      for (int phase = 0; phase < 12; phase++) {
        weather();
        for (int step = 0; step < 25; step++) {
          act();
          cluster.runMillis(random.nextInt(60));
        }
        cluster.invariants().checkLogMatching();
      }
      cluster.heal();
      assertThat(cluster.runUntil(4_000, () -> cluster.leader().isPresent()))
          .as("a healed group elects a leader within a few election timeouts")
          .isTrue();
      cluster.runMillis(2_000);
      CoreNode leader = cluster.electLeader();
      assertThat(leader.propose("after the storm")).isInstanceOf(ProposeOutcome.Accepted.class);
      assertThat(leader.read()).isTrue();
      int grants = leader.grants().size();
      assertThat(cluster.runUntil(10_000, cluster::converged)).as("all logs converge").isTrue();
      assertThat(cluster.runUntil(1_000, () -> leader.grants().size() >= grants))
          .as("the read is granted")
          .isTrue();
      cluster.invariants().checkLogMatching();
      changesInPeace();
    }

    /** With everybody up, any membership can be reached, and any voter can be made to lead. */
    private void changesInPeace() {
      Membership target = members();
      CoreNode leader = cluster.electLeader();
      int changes = leader.changes().size();
      leader.change(target);
      assertThat(cluster.runUntil(20_000, () -> leader.changes().size() > changes))
          .as("a change to %s ends", target)
          .isTrue();
      assertThat(leader.changes().get(changes)).isEqualTo(new ChangeResult.Done(target));
      for (CoreNode node : cluster.nodes()) {
        node.changes().forEach(end -> saw("changes " + end.getClass().getSimpleName()));
      }
      assertThat(cluster.runUntil(10_000, cluster::converged)).as("all logs converge").isTrue();
      int next = target.voters().get(random.nextInt(target.voters().size()));
      cluster.electLeader().transferTo(next);
      assertThat(cluster.runUntil(1_000, () -> cluster.node(next).leads()))
          .as("node %d takes over", next)
          .isTrue();
    }

    /** Some of the nodes vote, some of the others learn. */
    private Membership members() {
      List<Integer> voters = new ArrayList<>();
      List<Integer> learners = new ArrayList<>();
      for (CoreNode node : cluster.nodes()) {
        switch (random.nextInt(6)) {
          case 0 -> {}
          case 1 -> learners.add(node.id());
          default -> voters.add(node.id());
        }
      }
      return voters.isEmpty()
          ? Membership.of(List.of(1))
          : new Membership(voters, List.of(), learners);
    }

    private void weather() {
      cluster.unreliable(
          random.nextInt(3) * 0.1,
          random.nextInt(3) * 0.1,
          List.of(0, 5, 50, 300).get(random.nextInt(4)));
      cluster.slowDisks(List.of(1, 1, 20, 100).get(random.nextInt(4)));
      int size = cluster.nodes().size();
      switch (random.nextInt(5)) {
        case 0 -> cluster.isolate(1 + random.nextInt(size));
        case 1 -> {
          int from = 1 + random.nextInt(size);
          int to = 1 + random.nextInt(size);
          cluster.block((sender, out) -> sender == from && out.to() == to);
        }
        case 2 -> {
          long bits = random.nextLong();
          cluster.block((from, out) -> (bits >> from & 1) != (bits >> out.to() & 1));
        }
        default -> cluster.block((from, out) -> false);
      }
    }

    private void act() {
      for (CoreNode node : cluster.nodes()) {
        if (!node.up() && random.nextInt(8) == 0) {
          node.restart();
        }
        // A deposed leader that does not know it yet is the one to ask.
        if (node.leads()) {
          node.read();
        } else if (node.up()) {
          node.readAnywhere();
        }
      }
      CoreNode node = cluster.node(1 + random.nextInt(cluster.nodes().size()));
      if (!node.up()) {
        return;
      }
      switch (random.nextInt(30)) {
        case 0 -> node.crash(random.nextInt(3));
        case 1 -> node.checkpoint();
        case 2 -> cluster.leader().ifPresent(leader -> leader.crash(random.nextInt(3)));
        case 3 -> cluster.leader().ifPresent(this::transferFrom);
        case 4, 5 -> cluster.leader().ifPresent(leader -> leader.change(members()));
        case 6 -> cluster.leader().ifPresent(leader -> leader.transferTo(anyNode()));
        case 7 -> cluster.leader().ifPresent(leader -> takeBack(leader, node));
        default -> {
          for (int i = random.nextInt(6); i >= 0; i--) {
            node.propose("c" + commands++);
            cluster.leader().ifPresent(leader -> leader.propose("l" + commands++));
          }
        }
      }
    }

    /** A replica that nobody counts on any more is made anew and comes back with nothing. */
    private void takeBack(CoreNode leader, CoreNode node) {
      boolean isCountedOn =
          cluster.nodes().stream().anyMatch(each -> each.knowsAsMember(node.id()));
      if (!isCountedOn) {
        saw("came back with nothing");
        node.createAgain();
        List<Integer> voters = new ArrayList<>(leader.core().status().membership().voters());
        voters.add(node.id());
        leader.change(Membership.of(voters));
      }
    }

    private int anyNode() {
      return 1 + random.nextInt(cluster.nodes().size());
    }

    /** Any voter may be told to campaign, up to date or not; late if the network is slow. */
    private void transferFrom(CoreNode leader) {
      int target = 1 + random.nextInt(cluster.nodes().size());
      if (target != leader.id()) {
        TimeoutNow message =
            new TimeoutNow(
                leader.core().status().term(), cluster.node(target).core().status().last());
        cluster.send(leader.id(), new Outbound(target, message));
      }
    }
  }
}
