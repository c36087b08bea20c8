package io.flotilla.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * One short history, cut at every point: after each thing that happens in it (a message arrives, a
 * write becomes durable, a tick) each node is crashed once, with its waiting writes lost or some of
 * them kept. Promises made before the cut must hold after it.
 */
class CrashPointTest {
  private static final int NODES = 3;
  private static final long NEVER = 1_000_000;

  @Test // a vote or an acknowledgement that left was durable; so was what it led to
  void nothingPromisedIsLostWhereverANodeCrashes() {
    long events = history(NEVER, 1, 0);
    assertThat(events).isGreaterThan(100);
    for (long cut = 1; cut <= events; cut++) {
      for (int node = 1; node <= NODES; node++) {
        for (int writesKept = 0; writesKept < 3; writesKept++) {
          history(cut, node, writesKept);
        }
      }
    }
  }

  /** Crashes {@code node} after event {@code cut} and starts it again; returns the length. */
  private static long history(long cut, int node, int writesKept) {
    CoreCluster cluster = new CoreCluster(NODES, 17);
    cluster.slowDisks(3);
    CoreNode victim = cluster.node(node);
    cluster.afterEachEvent(
        () -> {
          if (cluster.eventsRun() == cut) {
            victim.crash(writesKept);
          } else if (cluster.eventsRun() == cut + 60) {
            victim.restart();
          }
        });
    CoreNode leader = cluster.electLeader();
    for (int i = 0; i < 6; i++) {
      if (leader.leads()) {
        leader.propose("c" + i);
        leader.read();
      }
      cluster.runMillis(4);
    }
    cluster.runMillis(100);
    long length = cluster.eventsRun();
    cluster.afterEachEvent(() -> {});
    cluster.heal();
    assertThat(cluster.runUntil(5_000, cluster::converged))
        .as("converges after node %d crashed at event %d", node, cut)
        .isTrue();
    cluster.invariants().checkLogMatching();
    return length;
  }
}
