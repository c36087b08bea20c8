package io.flotilla.sim;

import io.flotilla.base.check.Check;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator.SplittableGenerator;

/**
 * A cluster in one thread, in virtual time, from one seed.
 *
 * <p>The same seed and the same program give the same run, event for event: {@link Trace#hash} says
 * so. Time passes only from one event to the next. A task that throws ends the run with a {@link
 * SimulationFailure} that carries the seed. One thread; nothing here may be called from another.
 */
public final class Simulation {
  private static final Object NOBODY = new Object();

  private final long seed;
  private final EventQueue future = new EventQueue();
  private final Trace trace = new Trace();
  private final SimMeter meter = new SimMeter();
  private final Life world = new Life("world", 0);
  private final Map<String, SplittableGenerator> randoms = new TreeMap<>();
  private final Map<String, SimNode> nodes = new LinkedHashMap<>();
  private final List<Runnable> invariants = new ArrayList<>();
  private final SimNetwork network;
  private final SplittableGenerator scheduling;
  private BiPredicate<SimNode, Throwable> tolerated = (node, thrown) -> false;
  private Optional<SimulationFailure> failure = Optional.empty();
  private FaultPlan faults;
  private Object running = NOBODY;
  private List<SimEventLoop.Handover> staged = List.of();
  private long chargedNanos;
  private long nowNanos;
  private long sequence;
  private long steps;

  /** A run without faults. */
  public Simulation(long seed) {
    this(seed, FaultPlan.NONE);
  }

  /** A run in which the network and the disks fail as {@code faults} says. */
  public Simulation(long seed, FaultPlan faults) {
    this.seed = seed;
    this.faults = faults;
    this.scheduling = random("scheduling");
    this.network = new SimNetwork(this);
  }

  /** The seed of this run. */
  public long seed() {
    return seed;
  }

  /** Virtual nanoseconds since the start, disk time spent by the running task included. */
  public long now() {
    return nowNanos + chargedNanos;
  }

  /** How many events have happened. */
  public long steps() {
    return steps;
  }

  /** What happened. */
  public Trace trace() {
    return trace;
  }

  /** Counters of the whole cluster, faults included. */
  public SimMeter meter() {
    return meter;
  }

  /** The network that joins all nodes. */
  public SimNetwork network() {
    return network;
  }

  /** The faults now in force. */
  public FaultPlan faults() {
    return faults;
  }

  /** Changes the faults from now on, for instance to none when a cluster must show liveness. */
  public void faults(FaultPlan plan) {
    faults = plan;
  }

  /**
   * The generator of {@code component}, the same one for the same name.
   *
   * <p>It depends on the seed and the name only, so a component that draws more often does not
   * change what the others draw.
   */
  public SplittableGenerator random(String component) {
    SplittableGenerator known = randoms.get(component);
    if (known == null) {
      long mixed = seed;
      for (int at = 0; at < component.length(); at++) {
        mixed = Trace.mix(mixed, component.charAt(at));
      }
      known = new SplittableRandom(mixed);
      randoms.put(component, known);
    }
    return known;
  }

  /** The node of this name: a server or a client; created alive when first asked for. */
  public SimNode node(String name) {
    SimNode known = nodes.get(name);
    if (known == null) {
      known = new SimNode(this, name, nodes.size() + 1);
      nodes.put(name, known);
    }
    return known;
  }

  /** All nodes, in the order of their creation. */
  public List<SimNode> nodes() {
    return List.copyOf(nodes.values());
  }

  /** Calls {@code invariant} after every event; it throws if the state is wrong. */
  public void afterEveryEvent(Runnable invariant) {
    invariants.add(invariant);
  }

  /** Decides which exceptions of a node's tasks kill that node instead of failing the run. */
  public void tolerate(BiPredicate<SimNode, Throwable> decision) {
    tolerated = decision;
  }

  /** Runs {@code action} outside any node, {@code delayNanos} from now. */
  public void at(long delayNanos, String label, Runnable action) {
    schedule(now() + delayNanos, world, label, 0, action);
  }

  /** Adds a line of the program's own to the trace; {@code label} should be a constant. */
  public void note(SimNode node, String label, long digest) {
    trace.add(now(), node.name(), node.ordinal(), label, digest);
  }

  void note(String label) {
    trace.add(now(), world.name, world.ordinal, label, 0);
  }

  /** Lets one event happen; false if nothing will ever happen again. */
  public boolean step() {
    failure.ifPresent(
        failed -> {
          throw failed;
        });
    Check.that(running == NOBODY, "a task of the simulation may not step it");
    while (!future.isEmpty()) {
      Event event = future.poll();
      if (!event.isOff()) {
        happen(event);
        return true;
      }
    }
    return false;
  }

  /** Runs until {@code condition} holds; false if that took more than {@code nanosMax}. */
  public boolean runUntil(BooleanSupplier condition, long nanosMax) {
    long deadline = nowNanos + nanosMax;
    while (!condition.getAsBoolean()) {
      if (future.isEmpty() || future.peek().timeNanos > deadline) {
        nowNanos = deadline;
        return condition.getAsBoolean();
      }
      step();
    }
    return true;
  }

  /** Runs everything that happens within {@code nanos}. */
  public void runFor(long nanos) {
    runUntil(() -> false, nanos);
  }

  void schedule(long timeNanos, Life life, String label, long digest, Runnable action) {
    schedule(new Event(timeNanos, nextSequence(), life, label, digest, action));
  }

  void schedule(Event event) {
    Check.that(event.timeNanos >= nowNanos, "an event in the past");
    future.add(event);
  }

  long nextSequence() {
    return sequence++;
  }

  void schedule(long timeNanos, String label, long digest, Runnable action) {
    schedule(timeNanos, world, label, digest, action);
  }

  /** A small random time by which things happen later than they could. */
  long jitterNanos() {
    return 200L + scheduling.nextInt(faults.hopNanosMax());
  }

  void enter(Object loop) {
    Check.that(running == NOBODY, "tasks do not nest");
    running = loop;
    chargedNanos = 0;
  }

  /** Ends the running task and returns the disk time it spent. */
  long leave() {
    running = NOBODY;
    long charged = chargedNanos;
    chargedNanos = 0;
    return charged;
  }

  /** Keeps what the running task hands to a loop until that task has ended. */
  void stage(SimEventLoop.Handover handover) {
    if (staged.isEmpty()) {
      staged = new ArrayList<>(4);
    }
    staged.add(handover);
  }

  /** Takes what the task that just ended has staged. */
  List<SimEventLoop.Handover> staged() {
    List<SimEventLoop.Handover> taken = staged;
    staged = List.of();
    return taken;
  }

  boolean isRunning(Object loop) {
    return running == loop;
  }

  boolean isIdle() {
    return running == NOBODY;
  }

  /** Spends disk time in the running task; outside of tasks it is free. */
  void charge(long nanos) {
    if (running != NOBODY) {
      chargedNanos += nanos;
    }
  }

  /** A task of {@code node} threw: the node dies of it if that is tolerated, else the run ends. */
  void threw(SimNode node, Throwable thrown) {
    if (tolerated.test(node, thrown)) {
      meter.count("flotilla_sim_stops_total", 1);
      node.crash(false);
    } else {
      throw failed(node.name(), thrown);
    }
  }

  private void happen(Event event) {
    nowNanos = event.timeNanos;
    steps++;
    trace.add(nowNanos, event.life.name, event.life.ordinal, event.label, event.digest);
    String judged = event.life.name;
    try {
      event.happen();
      judged = "invariant";
      for (int at = 0; at < invariants.size(); at++) {
        invariants.get(at).run();
      }
    } catch (SimCrash crash) {
      // A node died at a disk call made outside its loops, while it was being booted for instance.
    } catch (SimulationFailure known) {
      throw known;
    } catch (RuntimeException | Error thrown) {
      throw failed(judged, thrown);
    }
  }

  private SimulationFailure failed(String where, Throwable thrown) {
    SimulationFailure failed =
        new SimulationFailure(seed, nowNanos, where, trace.lastForFailure(), thrown);
    failure = Optional.of(failed);
    return failed;
  }
}
