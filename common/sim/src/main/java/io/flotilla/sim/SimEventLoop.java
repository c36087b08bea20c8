package io.flotilla.sim;

import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.runtime.Timeout;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * A loop of one life of a simulated node.
 *
 * <p>Disk time a task spends keeps this loop busy; later tasks wait. What a task hands to loops,
 * its own included, is seen when the task ends. While the process is paused nothing runs and timers
 * are late. After the death of its life a loop does nothing, for ever.
 */
public final class SimEventLoop implements EventLoop {
  private final Simulation simulation;
  private final SimNode node;
  private final Life life;
  private final String label;
  private final String timerLabel;
  private final Queue<Runnable> queue = new ArrayDeque<>();
  private final Runnable wake = this::wake;
  private boolean wakeScheduled;
  private long busyUntilNanos;

  /** A task on its way to another loop (or back to this one) until the running task ends. */
  record Handover(SimEventLoop target, Runnable task) {}

  /** A task for later; {@code cancelled} is looked at again when its turn on the loop comes. */
  private final class Timer extends Event implements Timeout {
    private final Runnable task;
    private boolean cancelled;

    Timer(long timeNanos, Runnable task) {
      super(timeNanos, simulation.nextSequence(), SimEventLoop.this.life, timerLabel, 0, task);
      this.task = task;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    boolean isOff() {
      return cancelled || super.isOff();
    }

    @Override
    void happen() {
      arrive(this::start);
    }

    private void start() {
      if (!cancelled) {
        cancelled = true;
        task.run();
      }
    }
  }

  SimEventLoop(Simulation simulation, SimNode node, Life life, String name) {
    this.simulation = simulation;
    this.node = node;
    this.life = life;
    this.label = name;
    this.timerLabel = name + " timer";
  }

  @Override
  public long nanoTime() {
    return node.clock().read(simulation.now());
  }

  @Override
  public void execute(Runnable task) {
    if (!life.isAlive()) {
      return;
    }
    if (simulation.isIdle()) {
      enqueue(task);
    } else {
      simulation.stage(new Handover(this, task));
    }
  }

  @Override
  public Timeout schedule(long delayNanos, Runnable task) {
    long delay = node.clock().toVirtual(Math.max(0, delayNanos));
    Timer timer = new Timer(simulation.now() + delay + simulation.jitterNanos(), task);
    if (life.isAlive()) {
      simulation.schedule(timer);
    }
    return timer;
  }

  @Override
  public boolean inLoop() {
    return simulation.isRunning(this);
  }

  /** Runs {@code task} within the event that brings it if the loop is free, else after the rest. */
  void arrive(Runnable task) {
    long now = simulation.now();
    boolean free = queue.isEmpty() && busyUntilNanos <= now && !node.isPaused();
    if (free && life.isAlive()) {
      run(task);
    } else {
      enqueue(task);
    }
  }

  private void enqueue(Runnable task) {
    queue.add(task);
    scheduleWake(simulation.now() + simulation.jitterNanos());
  }

  private void scheduleWake(long notBeforeNanos) {
    if (!wakeScheduled) {
      wakeScheduled = true;
      long time = Math.max(notBeforeNanos, Math.max(busyUntilNanos, node.pausedUntilNanos()));
      simulation.schedule(time, life, label, 0, wake);
    }
  }

  private void wake() {
    wakeScheduled = false;
    if (node.isPaused()) {
      scheduleWake(node.pausedUntilNanos());
      return;
    }
    Runnable next = queue.poll();
    if (next != null) {
      run(next);
    }
  }

  private void run(Runnable task) {
    simulation.enter(this);
    long chargedNanos = 0;
    try {
      task.run();
      chargedNanos = simulation.leave();
    } catch (SimCrash crash) {
      // The node died at a disk call: its life is over, and what it staged is dropped below.
      simulation.leave();
    } catch (RuntimeException | Error thrown) {
      simulation.leave();
      simulation.threw(node, thrown);
    }
    List<Handover> handovers = simulation.staged();
    if (!life.isAlive()) {
      queue.clear();
      return;
    }
    busyUntilNanos = simulation.now() + chargedNanos + simulation.jitterNanos();
    if (chargedNanos == 0) {
      deliver(handovers);
    } else if (!handovers.isEmpty()) {
      long end = simulation.now() + chargedNanos;
      simulation.schedule(end, life, label, 0, () -> deliver(handovers));
    }
    if (!queue.isEmpty()) {
      scheduleWake(busyUntilNanos);
    }
  }

  private static void deliver(List<Handover> handovers) {
    for (Handover handover : handovers) {
      handover.target.enqueue(handover.task);
    }
  }
}
