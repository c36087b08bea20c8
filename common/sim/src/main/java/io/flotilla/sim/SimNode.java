package io.flotilla.sim;

import io.flotilla.base.check.Check;
import java.util.random.RandomGenerator.SplittableGenerator;

/**
 * A machine with one process on it: a server or a client.
 *
 * <p>Its disk and its clock outlive the process. Loops, calls and wires belong to the life in which
 * they were made; after a crash make new ones. One thread.
 */
public final class SimNode {
  private final Simulation simulation;
  private final String name;
  private final int ordinal;
  private final SimDisk disk;
  private final SimClock clock;
  private Life life;
  private SimEventLoop transport;
  private int lives = 1;
  private long pausedUntilNanos;

  SimNode(Simulation simulation, String name, int ordinal) {
    this.simulation = simulation;
    this.name = name;
    this.ordinal = ordinal;
    SplittableGenerator random = simulation.random(name + "/clock");
    this.clock = new SimClock(random.nextLong(1L << 40));
    long ppmMax = simulation.faults().clockPpmMax();
    if (ppmMax > 0) {
      clock.rate(simulation.now(), random.nextLong(-ppmMax, ppmMax + 1));
    }
    this.life = new Life(name, ordinal);
    this.transport = new SimEventLoop(simulation, this, life, "transport");
    this.disk = new SimDisk(simulation, this);
  }

  /** The name it was made with. */
  public String name() {
    return name;
  }

  /** Its number, from 1, in the order in which nodes were made. */
  public int ordinal() {
    return ordinal;
  }

  /** Whether its process runs (or is paused). */
  public boolean isAlive() {
    return life.isAlive();
  }

  /** How many times its process has been started. */
  public int lives() {
    return lives;
  }

  /** Its disk; contents outlive the process, open files and locks do not. */
  public SimDisk disk() {
    return disk;
  }

  /** A new loop of the process now alive. */
  public SimEventLoop loop(String loopName) {
    Check.that(isAlive(), "no loops on a dead node");
    return new SimEventLoop(simulation, this, life, loopName);
  }

  /** Its generator for {@code component}; it goes on after a restart. */
  public SplittableGenerator random(String component) {
    return simulation.random(name + "/" + component);
  }

  /**
   * Ends the process at once, in the middle of whatever it does.
   *
   * @param powerLoss whether the page cache is lost too: of what was not synced, any part survives
   */
  public void crash(boolean powerLoss) {
    if (!isAlive()) {
      return;
    }
    simulation.note(this, powerLoss ? "power loss" : "killed", lives);
    simulation
        .meter()
        .count(powerLoss ? "flotilla_sim_power_losses_total" : "flotilla_sim_kills_total", 1);
    life.end(simulation.now(), powerLoss);
    pausedUntilNanos = 0;
    disk.died(powerLoss);
  }

  /** Starts a process on a dead node; {@code boot} builds it and may make loops and the rest. */
  public void restart(Runnable boot) {
    Check.that(!isAlive(), "%s is still alive", name);
    lives++;
    simulation.note(this, "started", lives);
    life = new Life(name, ordinal);
    transport = new SimEventLoop(simulation, this, life, "transport");
    boot.run();
  }

  /** Stops the process for {@code nanos}: nothing of it runs, its timers are late. */
  public void pause(long nanos) {
    simulation.note(this, "paused", nanos);
    simulation.meter().count("flotilla_sim_pauses_total", 1);
    pausedUntilNanos = Math.max(pausedUntilNanos, simulation.now() + nanos);
  }

  /** Lets its clock run fast by {@code ppm} parts per million, or slow if negative. */
  public void clockRate(long ppm) {
    simulation.note(this, "clock rate", ppm);
    clock.rate(simulation.now(), ppm);
  }

  /** Moves its clock forward by {@code nanos}. */
  public void clockJump(long nanos) {
    Check.that(nanos >= 0, "a monotonic clock never goes back");
    simulation.note(this, "clock jump", nanos);
    clock.jump(nanos);
  }

  @Override
  public String toString() {
    return name;
  }

  SimClock clock() {
    return clock;
  }

  Life life() {
    return life;
  }

  /** The loop on which callbacks of the network run in the process now alive. */
  SimEventLoop transport() {
    return transport;
  }

  boolean isPaused() {
    return pausedUntilNanos > simulation.now();
  }

  long pausedUntilNanos() {
    return pausedUntilNanos;
  }
}
