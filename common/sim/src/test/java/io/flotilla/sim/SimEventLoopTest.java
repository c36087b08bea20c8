package io.flotilla.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.runtime.DiskException;
import io.flotilla.base.runtime.DiskFile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Time on simulated loops: disks cost it, pauses stretch it, clocks bend it. */
final class SimEventLoopTest {
  private static final long MILLI = 1_000_000;
  private static final DiskTiming SLOW = new DiskTiming(0, 0, 10 * MILLI, 10 * MILLI, 0);

  private final Simulation simulation = new Simulation(5);
  private final SimNode node = simulation.node("n");
  private final SimEventLoop main = node.loop("main");
  private final SimEventLoop disk = node.loop("disk");

  @Test
  void diskTimeDelaysWhatATaskHandsOver() throws DiskException {
    node.disk().timing(SLOW);
    DiskFile file = node.disk().create("f");
    List<Long> times = new ArrayList<>();
    disk.execute(
        () -> {
          main.execute(() -> times.add(simulation.now()));
          sync(file);
        });
    main.execute(() -> times.add(simulation.now()));
    simulation.runFor(100 * MILLI);
    assertThat(times.get(0)).isLessThan(MILLI);
    assertThat(times.get(1)).isGreaterThanOrEqualTo(10 * MILLI);
  }

  @Test
  void laterTasksOfALoopWaitForItsDisk() throws DiskException {
    node.disk().timing(SLOW);
    DiskFile file = node.disk().create("f");
    List<Long> times = new ArrayList<>();
    disk.execute(() -> sync(file));
    disk.execute(() -> times.add(simulation.now()));
    disk.schedule(MILLI, () -> times.add(simulation.now()));
    simulation.runFor(100 * MILLI);
    assertThat(times).hasSize(2).allMatch(time -> time >= 10 * MILLI);
  }

  @Test
  void nothingOfAPausedNodeRuns() {
    List<Long> times = new ArrayList<>();
    main.schedule(MILLI, () -> times.add(simulation.now()));
    node.pause(50 * MILLI);
    main.execute(() -> times.add(simulation.now()));
    simulation.runFor(100 * MILLI);
    assertThat(times).hasSize(2).allMatch(time -> time >= 50 * MILLI);
  }

  @Test
  void aFastClockFiresItsTimersEarlyForOthersButNotForItself() {
    node.clockRate(100_000);
    long start = main.nanoTime();
    List<Long> local = new ArrayList<>();
    main.schedule(110 * MILLI, () -> local.add(main.nanoTime() - start));
    simulation.runUntil(() -> !local.isEmpty(), 1_000 * MILLI);
    assertThat(local.get(0)).isGreaterThanOrEqualTo(110 * MILLI);
    assertThat(simulation.now()).isBetween(100 * MILLI, 101 * MILLI);
  }

  @Test
  void aJumpMovesTheClockForward() {
    long before = main.nanoTime();
    node.clockJump(MILLI);
    assertThat(main.nanoTime() - before).isEqualTo(MILLI);
  }

  @Test
  void aTimerCancelledWhileItWaitsForTheLoopDoesNotRun() throws DiskException {
    node.disk().timing(SLOW);
    DiskFile file = node.disk().create("f");
    List<String> ran = new ArrayList<>();
    var timeout = disk.schedule(MILLI, () -> ran.add("timer"));
    disk.execute(() -> sync(file));
    simulation.runFor(5 * MILLI);
    timeout.cancel();
    simulation.runFor(100 * MILLI);
    assertThat(ran).isEmpty();
  }

  @Test
  void aCrashAtADiskCallEndsTheTaskAndTheLife() throws DiskException {
    DiskFile file = node.disk().create("f");
    List<String> ran = new ArrayList<>();
    node.disk().crashBefore(1, true);
    disk.execute(
        () -> {
          main.execute(() -> ran.add("handed over"));
          sync(file);
          ran.add("after the sync");
        });
    simulation.runFor(100 * MILLI);
    assertThat(ran).isEmpty();
    assertThat(node.isAlive()).isFalse();
    assertThat(node.disk().isCrashPending()).isFalse();
  }

  private static void sync(DiskFile file) {
    try {
      file.datasync();
    } catch (DiskException failed) {
      throw new AssertionError(failed);
    }
  }
}
