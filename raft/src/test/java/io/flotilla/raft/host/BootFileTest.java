package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.runtime.DiskException;
import io.flotilla.sim.SimCrash;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import org.junit.jupiter.api.Test;

/** The number of a start is larger than every one that was ever used before. */
class BootFileTest {
  private final Simulation simulation = new Simulation(3);
  private final SimNode node = simulation.node("node1");

  @Test
  void everyStartHasALargerNumber() throws DiskException {
    for (long start = 1; start <= 5; start++) {
      assertThat(new BootFile(node.disk()).next()).isEqualTo(start);
    }
  }

  @Test
  void aPowerLossAtAnyCallTakesNoNumberBack() throws DiskException {
    long used = 0;
    for (int call = 1; call <= 40; call++) {
      node.disk().crashBefore(call % 8 + 1, true);
      try {
        used = next(used);
        node.crash(true);
      } catch (SimCrash powerLoss) {
        // Whatever number was being written had not been used.
        assertThat(node.isAlive()).isFalse();
      }
      node.restart(() -> {});
    }
    assertThat(used).isGreaterThan(10);
  }

  @Test
  void aFullDiskHasRoomForTheNextNumber() throws DiskException {
    long first = new BootFile(node.disk()).next();
    node.disk().capacity(node.disk().used());
    assertThat(new BootFile(node.disk()).next()).isGreaterThan(first);
  }

  private long next(long used) throws DiskException {
    long number = new BootFile(node.disk()).next();
    assertThat(number).isGreaterThan(used);
    return number;
  }
}
