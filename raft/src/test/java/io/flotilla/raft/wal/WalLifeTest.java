package io.flotilla.raft.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.sim.FaultPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole lives of a log against a list model, with an end at every call that changes the disk. */
class WalLifeTest {
  private static final FaultPlan TORN_SECTORS =
      new FaultPlan(
          new FaultPlan.Net(0, 0, 0, 0, 0), new FaultPlan.Io(0, 0, 0, 0, 0, 0.5), 2_000, 0);
  private static final int SHORT_LIFE = 50;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aLongLifeIsWhatTheModelSays(long seed) {
    WalLife life = new WalLife(seed);
    life.store.open();
    life.writeColdGroups();
    for (int restarts = 0; restarts < 8; restarts++) {
      life.live(100);
      assertThat(life.isAllAcknowledged()).isTrue();
      life.checkReads();
      if (restarts % 2 == 0) {
        life.store.losePower();
      } else {
        life.store.kill();
      }
      life.reopen();
      life.checkReads();
    }
    assertThat(life.store.segments()).hasSizeLessThan(12);
  }

  @Test
  void nothingAcknowledgedIsLostWhereverTheLifeEnds() {
    int calls = callsOfALife();
    assertThat(calls).isGreaterThan(100);
    for (int call = 1; call <= calls; call++) {
      for (int subset = 0; subset < 6; subset++) {
        endAt(call, subset, subset > 0);
      }
    }
  }

  /** A crash at one call, a second one while recovering from it, and life goes on. */
  private static void endAt(int call, int subset, boolean powerLoss) {
    WalLife life =
        new WalLife(9 + 1_000L * subset, subset % 2 == 0 ? FaultPlan.NONE : TORN_SECTORS);
    try {
      life.store.disk().crashBefore(call, powerLoss);
      if (life.store.tryOpen(WalStore.STORE)) {
        life.writeColdGroups();
        life.live(SHORT_LIFE);
      }
      if (life.store.node.isAlive()) {
        life.store.losePower();
      }
      life.store.disk().crashBefore(1 + (call + subset) % 7, powerLoss);
      if (life.store.tryOpen(WalStore.STORE)) {
        life.store.kill();
      }
      life.store.disk().crashBefore(Integer.MAX_VALUE, false);
      life.reopen();
      // A killed process leaves its last writes in the page cache only: recovery syncs them.
      life.store.losePower();
      life.reopen();
      life.live(12);
      assertThat(life.isAllAcknowledged()).isTrue();
      life.checkReads();
      life.store.kill();
      life.reopen();
    } catch (AssertionError | RuntimeException failure) {
      throw new AssertionError("end at call " + call + ", subset " + subset, failure);
    }
  }

  private static int callsOfALife() {
    WalLife life = new WalLife(9);
    life.store.open();
    life.writeColdGroups();
    life.live(SHORT_LIFE);
    return (int) life.store.disk().mutations();
  }
}
