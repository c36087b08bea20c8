package io.flotilla.base.runtime;

import io.flotilla.base.check.Check;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * An {@link EventLoop} on a daemon thread of its own.
 *
 * <p>The first task that throws is reported to the fatal handler, on this thread, and nothing runs
 * here afterwards: a state that broke an invariant must not go on making promises. The thread is
 * never interrupted, because an interrupt would close the files it is working on. Submitting costs
 * one queue node, and a wake-up only if the thread is parked. The queue has no bound of its own:
 * those who submit for the outside world have theirs. Any thread may call any method.
 */
public final class ThreadEventLoop implements EventLoop, AutoCloseable {
  /** Tasks run between two looks at the clock, so that a flood cannot starve the timers. */
  private static final int TASKS_PER_ROUND = 256;

  /** Cancelled timers are swept once they are this many and more than half of the heap. */
  private static final int CANCELLED_MAX = 1_024;

  private static final long DELAY_NANOS_MAX = TimeUnit.DAYS.toNanos(365);
  private static final long CLOSE_MILLIS_MAX = 10_000;

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final AtomicBoolean parked = new AtomicBoolean();
  private final Consumer<Throwable> onFatal;
  private final Thread thread;
  private long timersScheduled;
  private volatile boolean closed;

  /** Starts the thread {@code name}; {@code onFatal} hears of the first task that throws. */
  public ThreadEventLoop(String name, Consumer<Throwable> onFatal) {
    this.onFatal = onFatal;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void execute(Runnable task) {
    if (closed) {
      return;
    }
    tasks.add(task);
    // The loop raises the flag before its last look at the queue, so one of the two sees the other.
    if (parked.get() && parked.compareAndSet(true, false)) {
      LockSupport.unpark(thread);
    }
  }

  @Override
  public Timeout schedule(long delayNanos, Runnable task) {
    long delay = Math.max(0, Math.min(delayNanos, DELAY_NANOS_MAX));
    Timer timer = new Timer(nanoTime() + delay, task);
    if (inLoop()) {
      add(timer);
    } else {
      execute(() -> add(timer));
    }
    return timer;
  }

  @Override
  public boolean inLoop() {
    return Thread.currentThread() == thread;
  }

  /**
   * Stops the loop after the task it is running; tasks and timers still waiting never run. Waits
   * for that task, but not for ever: a disk may hang.
   */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    if (inLoop()) {
      return;
    }
    try {
      thread.join(CLOSE_MILLIS_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closed) {
        int ran = runTasks() + runTimers();
        if (ran == 0) {
          park();
        }
      }
    } catch (Throwable thrown) {
      closed = true;
      onFatal.accept(thrown);
    } finally {
      tasks.clear();
      timers.clear();
    }
  }

  private int runTasks() {
    int ran = 0;
    while (ran < TASKS_PER_ROUND && !closed) {
      Runnable task = tasks.poll();
      if (task == null) {
        break;
      }
      task.run();
      ran++;
    }
    return ran;
  }

  private int runTimers() {
    if (timers.isEmpty()) {
      return 0;
    }
    // One look at the clock a round: timers that come due meanwhile wait for the next round.
    long now = nanoTime();
    int ran = 0;
    while (!closed) {
      Timer next = timers.peek();
      if (next == null || next.deadlineNanos - now > 0) {
        break;
      }
      timers.poll();
      if (next.start()) {
        next.task.run();
        ran++;
      } else {
        cancelled.decrementAndGet();
      }
    }
    return ran;
  }

  private void park() {
    Timer next = timers.peek();
    long nanos = next == null ? Long.MAX_VALUE : next.deadlineNanos - nanoTime();
    if (nanos <= 0) {
      return;
    }
    parked.set(true);
    if (tasks.isEmpty() && !closed) {
      LockSupport.parkNanos(this, nanos);
    }
    parked.set(false);
  }

  private void add(Timer timer) {
    Check.that(inLoop(), "timers belong to the loop");
    int dead = cancelled.get();
    if (dead > CANCELLED_MAX && dead > timers.size() / 2) {
      int before = timers.size();
      timers.removeIf(Timer::isCancelled);
      cancelled.addAndGet(timers.size() - before);
    }
    timer.order = timersScheduled++;
    timers.add(timer);
  }

  /** A task with a time; equal times keep the order in which they were scheduled. */
  private final class Timer extends AtomicBoolean implements Timeout, Comparable<Timer> {
    private static final long serialVersionUID = 1;

    final long deadlineNanos;
    final transient Runnable task;
    long order;
    volatile boolean dead;

    Timer(long deadlineNanos, Runnable task) {
      this.deadlineNanos = deadlineNanos;
      this.task = task;
    }

    /** Whether it is this call that decides: a timer either starts or is cancelled, once. */
    boolean start() {
      return compareAndSet(false, true);
    }

    boolean isCancelled() {
      return dead;
    }

    @Override
    public void cancel() {
      if (compareAndSet(false, true)) {
        dead = true;
        cancelled.incrementAndGet();
      }
    }

    @Override
    public int compareTo(Timer other) {
      int byTime = Long.signum(deadlineNanos - other.deadlineNanos);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }
}
