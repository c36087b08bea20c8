package io.flotilla.sim.contract;

import static org.assertj.core.api.Assertions.fail;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting in the real world: as long as it takes, but not for ever. */
final class RealTime {
  private static final long WAIT_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);
  private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private RealTime() {}

  static void await(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > WAIT_NANOS_MAX) {
        fail("condition did not come true in time");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
