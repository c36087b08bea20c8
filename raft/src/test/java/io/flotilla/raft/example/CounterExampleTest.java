package io.flotilla.raft.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.raft.ProposeResult;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.ReadResult;
import io.flotilla.raft.host.SimBirth;
import io.flotilla.raft.host.SimRaftNode;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Raft used without the rest of the house: three counters that survive each other's death. */
final class CounterExampleTest {
  private static final long SECOND = 1_000_000_000L;

  private final Simulation simulation = new Simulation(7);
  private final TreeMap<Integer, Counter> counters = new TreeMap<>();
  private final List<SimRaftNode> nodes = new ArrayList<>();

  @Test
  void aCounterSurvivesTheDeathOfItsLeaderAndAPowerLossOfAll() {
    startThreeNodes();
    int leader = awaitLeader();
    assertThat(add(leader, 5)).isEqualTo(5);
    assertThat(add(leader, 37)).isEqualTo(42);

    nodes.get(leader - 1).crash(false);
    int next = awaitLeader();
    assertThat(next).isNotEqualTo(leader);
    assertThat(read(next)).isEqualTo(42);

    nodes.forEach(node -> node.crash(true));
    nodes.forEach(SimRaftNode::restart);
    assertThat(read(awaitLeader())).isEqualTo(42);
  }

  private void startThreeNodes() {
    for (int id = 1; id <= 3; id++) {
      int node = id;
      nodes.add(
          new SimRaftNode(
              simulation,
              id,
              RaftConfig.DEFAULT,
              () -> {
                counters.put(node, new Counter());
                return counters.get(node);
              }));
    }
    SimBirth.bear(simulation, nodes);
  }

  private int awaitLeader() {
    assertThat(simulation.runUntil(() -> leader().isPresent(), 10 * SECOND)).isTrue();
    return leader().orElseThrow().id();
  }

  private Optional<SimRaftNode> leader() {
    return nodes.stream()
        .filter(node -> node.isStarted() && counters.get(node.id()).leads())
        .findFirst();
  }

  private long add(int node, long number) {
    List<ProposeResult<Long>> results = new ArrayList<>();
    onLoop(node, () -> counters.get(node).add(number, results::add));
    assertThat(simulation.runUntil(() -> !results.isEmpty(), SECOND)).isTrue();
    return ((ProposeResult.Applied<Long>) results.get(0)).result();
  }

  private long read(int node) {
    List<Long> sums = new ArrayList<>();
    onLoop(
        node,
        () ->
            counters
                .get(node)
                .read(
                    result -> {
                      assertThat(result).isInstanceOf(ReadResult.Ready.class);
                      sums.add(counters.get(node).sum());
                    }));
    assertThat(simulation.runUntil(() -> !sums.isEmpty(), SECOND)).isTrue();
    return sums.get(0);
  }

  private void onLoop(int node, Runnable task) {
    nodes.get(node - 1).process().loop("main").execute(task);
  }
}
