package io.flotilla.bench.lab;

import com.google.protobuf.ByteString;
import io.flotilla.base.check.Check;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupStatus.Role;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.Membership;
import io.flotilla.raft.core.CoreConfig;
import io.flotilla.raft.core.Outbound;
import io.flotilla.raft.core.ProposeOutcome;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A group of servers S1, S2, ... under a scenario's hand: the production core on each, time and
 * network of a {@link Simulation}. No server ever applies another entry at an index than the first
 * one did, and no term has two leaders: that is checked throughout. One thread.
 */
final class LabGroup {
  static final long MILLI = 1_000_000;

  private static final long TICK = MILLI;
  private static final long SYNC = MILLI / 2;
  private static final long ELECTION_MILLIS_MAX = 10_000;

  private final Simulation simulation;
  private final CoreConfig config;
  private final Membership membership;
  private final Supplier<LabMachine> machines;
  private final RandomGenerator network;
  private final List<LabReplica> replicas = new ArrayList<>();
  private final TreeMap<Long, Entry> appliedBySomebody = new TreeMap<>();
  private final TreeMap<Long, Integer> leaderOfTerm = new TreeMap<>();
  private Loss loss = Loss.NONE;
  private double lossRate;
  private long delayMin = MILLI;
  private long delayMax = MILLI;
  private long alarms;

  /** Logs only. */
  LabGroup(Simulation simulation, int size, CoreConfig config) {
    this(simulation, size, config, () -> LabMachine.NOTHING);
  }

  LabGroup(Simulation simulation, int size, CoreConfig config, Supplier<LabMachine> machines) {
    this.simulation = simulation;
    this.config = config;
    this.membership = Membership.of(IntStream.rangeClosed(1, size).boxed().toList());
    this.machines = machines;
    this.network = simulation.random("network of the lab");
    for (int id = 1; id <= size; id++) {
      replicas.add(new LabReplica(this, id, new Draws(simulation.random("S" + id))));
    }
    simulation.at(TICK, "tick", this::tick);
  }

  CoreConfig config() {
    return config;
  }

  Membership membership() {
    return membership;
  }

  List<LabReplica> replicas() {
    return replicas;
  }

  LabReplica replica(int id) {
    return replicas.get(id - 1);
  }

  long nowNanos() {
    return simulation.now();
  }

  /** How often a server has lost patience with its leader and asked around. */
  long alarms() {
    return alarms;
  }

  LabMachine newMachine() {
    return machines.get();
  }

  /** Which messages are lost from now on. */
  void loses(Loss rule) {
    loss = rule;
  }

  /** How long messages take, and how many are lost by chance. */
  void network(long delayMinNanos, long delayMaxNanos, double rate) {
    delayMin = delayMinNanos;
    delayMax = delayMaxNanos;
    lossRate = rate;
  }

  /** {@code id} has the shortest timeout from the next reset on, everybody else the longest. */
  void favour(int id) {
    for (LabReplica replica : replicas) {
      replica.draws().always(replica.id() == id ? 0 : Long.MAX_VALUE);
    }
  }

  void crash(int id) {
    replica(id).crash();
  }

  void restart(int id) {
    replica(id).restart();
  }

  void runMillis(long millis) {
    simulation.runFor(millis * MILLI);
  }

  boolean until(long millis, BooleanSupplier condition) {
    return simulation.runUntil(condition, millis * MILLI);
  }

  /** Has {@code id} lead next, once {@code change} has made room for it. */
  void elect(int id, Runnable change) {
    favour(id);
    // Two heartbeats of the present leader, if there is one: everybody draws anew.
    runMillis(2 * config.heartbeatNanos() / MILLI + 1);
    change.run();
    boolean leads = until(ELECTION_MILLIS_MAX, () -> leader().filter(led -> led == id).isPresent());
    Check.that(leads, "S%d does not come to lead", id);
  }

  /** The leader of the highest term. */
  Optional<Integer> leader() {
    return replicas.stream()
        .filter(LabReplica::leads)
        .max((one, other) -> Long.compare(one.status().term(), other.status().term()))
        .map(LabReplica::id);
  }

  /** Proposes at a server that leads. */
  LogPosition propose(int id, ByteString command) {
    ProposeOutcome outcome = replica(id).core().propose(command);
    Check.that(outcome instanceof ProposeOutcome.Accepted, "S%d refuses: %s", id, outcome);
    replica(id).turn();
    return ((ProposeOutcome.Accepted) outcome).position();
  }

  LogPosition propose(int id, String command) {
    return propose(id, ByteString.copyFromUtf8(command));
  }

  /** Everybody who is up has applied everything, and all logs are the same. */
  boolean isSettled() {
    List<LabReplica> up = replicas.stream().filter(LabReplica::isUp).toList();
    LogPosition last = up.get(0).status().last();
    return leader().isPresent()
        && up.stream().allMatch(replica -> replica.status().last().equals(last))
        && up.stream().allMatch(replica -> replica.status().applied().equals(last));
  }

  void send(int from, Outbound out) {
    boolean byChance = lossRate > 0 && network.nextDouble() < lossRate;
    if (byChance || loss.loses(from, out.to(), out.message())) {
      return;
    }
    long delay = delayMin == delayMax ? delayMin : network.nextLong(delayMin, delayMax);
    simulation.at(
        delay,
        "message",
        () -> {
          LabReplica target = replica(out.to());
          if (target.isUp() && !loss.loses(from, out.to(), out.message())) {
            target.core().step(from, out.message());
            target.turn();
          }
        });
  }

  void afterSync(Runnable action) {
    simulation.at(SYNC, "sync", action);
  }

  /** State machine safety (figure 3). */
  void applied(int id, Entry entry) {
    Entry before = appliedBySomebody.putIfAbsent(entry.index(), entry);
    Check.that(
        before == null || before.equals(entry),
        "S%d applies %s where another applied %s",
        id,
        entry,
        before);
  }

  private void tick() {
    for (LabReplica replica : replicas) {
      if (replica.isUp()) {
        boolean isFollower = replica.status().role() == Role.FOLLOWER;
        replica.tick();
        alarms += isFollower && replica.status().role() != Role.FOLLOWER ? 1 : 0;
      }
      if (replica.leads()) {
        electionSafety(replica);
      }
    }
    simulation.at(TICK, "tick", this::tick);
  }

  private void electionSafety(LabReplica leader) {
    long term = leader.status().term();
    Integer other = leaderOfTerm.putIfAbsent(term, leader.id());
    Check.that(other == null || other == leader.id(), "two leaders in term %d", term);
  }
}
