package io.flotilla.sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.runtime.Timeout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What every {@link EventLoop} does. */
public abstract class EventLoopContract {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /** The loop under test; the same one all through a test. */
  protected abstract EventLoop loop();

  /** A second loop of the same world. */
  protected abstract EventLoop otherLoop();

  /** Lets the world go on until {@code condition} holds; fails if it does not in bounded time. */
  protected abstract void await(BooleanSupplier condition);

  @Test
  void runsTheTasksOfOneCallerInOrder() {
    List<Integer> ran = synchronizedList();
    for (int i = 0; i < 1_000; i++) {
      int number = i;
      loop().execute(() -> ran.add(number));
    }
    await(() -> ran.size() == 1_000);
    assertThat(ran).isSorted();
  }

  @Test
  void runsATaskSubmittedByATaskAfterItEnded() {
    List<String> ran = synchronizedList();
    loop()
        .execute(
            () -> {
              loop().execute(() -> ran.add("second"));
              ran.add("first");
            });
    await(() -> ran.size() == 2);
    assertThat(ran).containsExactly("first", "second");
  }

  @Test
  void keepsTheOrderOfTasksSentFromAnotherLoop() {
    List<Integer> ran = synchronizedList();
    otherLoop()
        .execute(
            () -> {
              for (int i = 0; i < 100; i++) {
                int number = i;
                loop().execute(() -> ran.add(number));
              }
            });
    await(() -> ran.size() == 100);
    assertThat(ran).isSorted();
  }

  @Test
  void knowsWhetherTheCallerRunsOnIt() {
    List<Boolean> answers = synchronizedList();
    loop().execute(() -> answers.add(loop().inLoop() && !otherLoop().inLoop()));
    loop().schedule(MILLI, () -> answers.add(loop().inLoop() && !otherLoop().inLoop()));
    otherLoop().execute(() -> answers.add(otherLoop().inLoop() && !loop().inLoop()));
    await(() -> answers.size() == 3);
    assertThat(answers).containsOnly(true);
    assertThat(loop().inLoop()).isFalse();
  }

  @Test
  void neverRunsATimerEarly() {
    AtomicLong elapsed = new AtomicLong(-1);
    loop()
        .execute(
            () -> {
              long start = loop().nanoTime();
              loop().schedule(5 * MILLI, () -> elapsed.set(loop().nanoTime() - start));
            });
    await(() -> elapsed.get() >= 0);
    assertThat(elapsed.get()).isGreaterThanOrEqualTo(5 * MILLI);
  }

  @Test
  void runsTimersByTheirTimeNotByTheirOrderOfScheduling() {
    List<Integer> ran = synchronizedList();
    loop()
        .execute(
            () -> {
              loop().schedule(30 * MILLI, () -> ran.add(3));
              loop().schedule(10 * MILLI, () -> ran.add(1));
              loop().schedule(20 * MILLI, () -> ran.add(2));
            });
    await(() -> ran.size() == 3);
    assertThat(ran).containsExactly(1, 2, 3);
  }

  @Test
  void runsATimerScheduledFromOutsideTheLoop() {
    AtomicBoolean ran = new AtomicBoolean();
    loop().schedule(MILLI, () -> ran.set(true));
    await(ran::get);
  }

  @Test
  void neverRunsACancelledTimer() {
    AtomicInteger ran = new AtomicInteger();
    AtomicBoolean later = new AtomicBoolean();
    loop()
        .execute(
            () -> {
              Timeout cancelled = loop().schedule(5 * MILLI, ran::incrementAndGet);
              loop().schedule(10 * MILLI, () -> later.set(true));
              cancelled.cancel();
              cancelled.cancel();
            });
    await(later::get);
    assertThat(ran).hasValue(0);
  }

  @Test
  void cancellingATimerThatRanDoesNothing() {
    AtomicInteger ran = new AtomicInteger();
    Timeout timeout = loop().schedule(0, ran::incrementAndGet);
    await(() -> ran.get() == 1);
    timeout.cancel();
    loop().execute(ran::incrementAndGet);
    await(() -> ran.get() == 2);
  }

  @Test
  void timeNeverRunsBackwards() {
    List<Long> times = synchronizedList();
    for (int i = 0; i < 100; i++) {
      loop().execute(() -> times.add(loop().nanoTime()));
    }
    await(() -> times.size() == 100);
    assertThat(times).isSorted();
  }

  private static <T> List<T> synchronizedList() {
    return Collections.synchronizedList(new ArrayList<>());
  }
}
