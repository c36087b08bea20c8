package io.flotilla.sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.runtime.ThreadEventLoop;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The loop of the real world keeps the contract, and more that only threads can get wrong. */
final class ThreadEventLoopTest extends EventLoopContract {
  private final List<Throwable> fatal = new CopyOnWriteArrayList<>();
  private final ThreadEventLoop loop = new ThreadEventLoop("loop", fatal::add);
  private final ThreadEventLoop otherLoop = new ThreadEventLoop("other-loop", fatal::add);

  @AfterEach
  void close() {
    loop.close();
    otherLoop.close();
  }

  @Override
  protected EventLoop loop() {
    return loop;
  }

  @Override
  protected EventLoop otherLoop() {
    return otherLoop;
  }

  @Override
  protected void await(BooleanSupplier condition) {
    RealTime.await(condition);
  }

  @Test
  void aTaskThatThrowsIsReportedAndNothingRunsAfterIt() {
    AssertionError broken = new AssertionError("broken invariant");
    AtomicInteger ran = new AtomicInteger();
    loop.execute(
        () -> {
          loop.execute(ran::incrementAndGet);
          loop.schedule(0, ran::incrementAndGet);
          throw broken;
        });
    await(() -> !fatal.isEmpty());
    loop.execute(ran::incrementAndGet);
    loop.close();
    assertThat(fatal).containsExactly(broken);
    assertThat(ran).hasValue(0);
  }

  @Test
  void noTaskOfManyThreadsIsLostOrOvertaken() throws Exception {
    int threads = 4;
    int tasks = 50_000;
    int[] next = new int[threads];
    AtomicInteger wrong = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      int sender = t;
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < tasks; i++) {
                  int number = i;
                  loop.execute(
                      () -> {
                        if (next[sender]++ != number) {
                          wrong.incrementAndGet();
                        }
                      });
                }
                loop.execute(done::countDown);
              });
      thread.start();
    }
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(wrong).hasValue(0);
    assertThat(next).containsOnly(tasks);
  }

  @Test
  void everyWakeUpOfAParkedLoopIsSeen() throws Exception {
    // A ball between two loops that park after each throw: one lost wake-up and it never returns.
    CountDownLatch done = new CountDownLatch(1);
    loop.execute(() -> pass(20_000, done));
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void cancelledTimersDoNotPileUpUntilTheirTime() {
    AtomicInteger ran = new AtomicInteger();
    for (int i = 0; i < 200_000; i++) {
      loop.schedule(TimeUnit.DAYS.toNanos(1), ran::incrementAndGet).cancel();
    }
    loop.schedule(0, ran::incrementAndGet);
    await(() -> ran.get() == 1);
  }

  @Test
  void aFloodOfTasksDoesNotStarveTimers() {
    AtomicInteger ran = new AtomicInteger();
    loop.schedule(TimeUnit.MILLISECONDS.toNanos(1), ran::incrementAndGet);
    loop.execute(() -> flood(ran));
    await(() -> ran.get() == 1);
  }

  @Test
  void closingFromTheLoopItselfEndsIt() {
    AtomicInteger ran = new AtomicInteger();
    loop.execute(
        () -> {
          loop.close();
          loop.execute(ran::incrementAndGet);
          ran.incrementAndGet();
        });
    await(() -> ran.get() == 1);
    loop.close();
    assertThat(ran).hasValue(1);
    assertThat(fatal).isEmpty();
  }

  private void flood(AtomicInteger ran) {
    if (ran.get() == 0) {
      loop.execute(() -> flood(ran));
    }
  }

  private void pass(int left, CountDownLatch done) {
    if (left == 0) {
      done.countDown();
      return;
    }
    EventLoop to = loop.inLoop() ? otherLoop : loop;
    to.execute(() -> pass(left - 1, done));
  }
}
