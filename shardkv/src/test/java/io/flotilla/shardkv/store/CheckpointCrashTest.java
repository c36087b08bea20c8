package io.flotilla.shardkv.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A crash at every change a store makes to its disk leaves an old state or a new one, whole. */
final class CheckpointCrashTest {
  private static final int POWER_LOSSES = 4;

  @Test
  void aKilledProcessLeavesOneWholeState() throws Exception {
    long crashes = 0;
    while (crashAt(crashes + 1, false, 1)) {
      crashes++;
    }
    assertThat(crashes).isGreaterThan(50);
  }

  @Test
  void aPowerLossLeavesOneWholeState() throws Exception {
    for (long seed = 1; seed <= POWER_LOSSES; seed++) {
      for (long crash = 1; crashAt(crash, true, seed); crash++) {
        assertThat(crash).isLessThan(10_000);
      }
    }
  }

  /** Whether there were that many changes to be interrupted at. */
  private static boolean crashAt(long change, boolean powerLoss, long seed) throws Exception {
    StoreWorld world = new StoreWorld(seed * 1_000_003 + change);
    ScriptedLife life = new ScriptedLife(world);
    world.disk().crashBefore(change, powerLoss);
    life.run();
    if (world.node.isAlive()) {
      return false;
    }
    world.restart();
    life.goOn();
    return true;
  }
}
