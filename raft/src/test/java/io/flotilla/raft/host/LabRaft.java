package io.flotilla.raft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.raft.GroupProbe;
import io.flotilla.raft.GroupStatus;
import io.flotilla.raft.LogPosition;
import io.flotilla.raft.ProposeResult;
import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.RaftGroup;
import io.flotilla.sim.FaultPlan;
import io.flotilla.sim.NetworkTiming;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What the tester of the course's raft lab can do to a group, in virtual time. The ledger compares
 * everything that any server ever applies, at every index, as the lab does.
 */
final class LabRaft {
  static final long SECOND = SimRaftCluster.SECOND;
  static final long MILLI = 1_000_000L;

  private static final long AGREE_MAX = 10 * SECOND;
  private static final long ATTEMPT_MAX = 2 * SECOND;
  private static final int LEADER_POLLS = 10;
  private static final int STATE_BYTES = 64;
  private static final NetworkTiming SLOW =
      new NetworkTiming(50_000, 26 * MILLI, 1_000, 2 * SECOND, 100 * MILLI);

  private final Simulation simulation;
  private final RandomGenerator random;
  private final LedgerGroup ledger = new LedgerGroup(new GroupId(1, 1));
  private final SimRaftCluster cluster;
  private final TreeSet<Integer> connected = new TreeSet<>();
  private final TreeSet<ByteString> acknowledged =
      new TreeSet<>(ByteString.unsignedLexicographicalComparator());
  private final int size;
  private long commands;

  LabRaft(long seed, int size) {
    this(seed, size, RaftConfig.DEFAULT);
  }

  LabRaft(long seed, int size, RaftConfig config) {
    this.size = size;
    simulation = new Simulation(seed);
    random = simulation.random("lab");
    cluster = new SimRaftCluster(simulation, size, config, List.of(ledger), STATE_BYTES);
    servers().forEach(connected::add);
  }

  /** Seeds of every case: a few by default, 20 or more by a property. */
  static LongStream seeds() {
    return LongStream.rangeClosed(1, Long.getLong("flotilla.lab.seeds", 3));
  }

  RandomGenerator random() {
    return random;
  }

  IntStream servers() {
    return IntStream.rangeClosed(1, size);
  }

  LedgerGroup ledger() {
    return ledger;
  }

  long counted(String counter) {
    return simulation.meter().counted(counter);
  }

  // --- what happens to servers ---

  void sleep(long nanos) {
    simulation.runFor(nanos);
  }

  boolean isUp(int id) {
    return cluster.node(id).process().isAlive();
  }

  boolean isConnected(int id) {
    return connected.contains(id);
  }

  void disconnect(int id) {
    connected.remove(id);
    simulation.network().isolate(cluster.node(id).process());
  }

  void connect(int id) {
    connected.add(id);
    for (int other : connected) {
      if (other != id) {
        simulation.network().heal(cluster.node(id).process(), cluster.node(other).process());
      }
    }
  }

  void connectAll() {
    servers().forEach(this::connect);
  }

  /** Kills it; what was not synced is lost. */
  void crash(int id) {
    cluster.node(id).crash(true);
  }

  void start(int id) {
    cluster.node(id).restart();
    assertThat(simulation.runUntil(() -> cluster.node(id).isStarted(), AGREE_MAX)).isTrue();
  }

  void startAll() {
    servers().filter(id -> !isUp(id)).forEach(this::start);
  }

  /** Requests take up to 26 ms and one in ten messages is lost. */
  void unreliable() {
    simulation.network().timing(SLOW);
    net(new FaultPlan.Net(0.1, 0, 0.1, 0, 0));
  }

  /** Many messages come up to 2.2 seconds late, so that old ones arrive among new ones. */
  void longReordering() {
    net(new FaultPlan.Net(0.1, 0, 0.5, 0.3, 2_200 * MILLI));
  }

  void reliable() {
    simulation.network().timing(NetworkTiming.RACK);
    simulation.faults(FaultPlan.NONE);
  }

  // --- what is asked of them ---

  GroupStatus status(int id) {
    return cluster.replica(id, ledger).status();
  }

  boolean leads(int id) {
    return connected.contains(id) && cluster.leads(cluster.node(id), ledger);
  }

  /** Some connected server leads, within the time the lab allows; no term has two leaders. */
  int checkOneLeader() {
    for (int poll = 0; poll < LEADER_POLLS; poll++) {
      sleep(random.nextLong(450 * MILLI, 550 * MILLI));
      TreeMap<Long, Integer> leaders = new TreeMap<>();
      for (int id : servers().filter(this::leads).toArray()) {
        assertThat(leaders.put(status(id).term(), id)).as("second leader of a term").isNull();
      }
      if (!leaders.isEmpty()) {
        return leaders.lastEntry().getValue();
      }
    }
    throw new AssertionError("expected one leader, got none");
  }

  void checkNoLeader() {
    assertThat(servers().filter(this::leads)).as("leaders without a quorum").isEmpty();
  }

  /** All connected servers agree on the term. */
  long checkTerms() {
    List<Long> terms = connected.stream().map(id -> status(id).term()).distinct().toList();
    assertThat(terms).hasSize(1);
    return terms.get(0);
  }

  ByteString command() {
    return command(0);
  }

  ByteString command(int bytes) {
    String text = "c" + ++commands;
    return ByteString.copyFromUtf8(text + "-".repeat(Math.max(0, bytes - text.length())));
  }

  /** Proposes at a server; empty if it does not lead. */
  Optional<LogPosition> propose(int id, ByteString command) {
    if (!cluster.node(id).isStarted()) {
      return Optional.empty();
    }
    List<Optional<LogPosition>> positions = new ArrayList<>();
    cluster.onLoop(cluster.node(id), () -> positions.add(proposeInLoop(id, command)));
    simulation.runUntil(() -> !positions.isEmpty(), MILLI);
    return positions.isEmpty() ? Optional.empty() : positions.get(0);
  }

  private Optional<LogPosition> proposeInLoop(int id, ByteString command) {
    RaftGroup<Long> group = cluster.replica(id, ledger);
    LogPosition before = group.status().last();
    group.propose(
        command,
        result -> {
          if (result instanceof ProposeResult.Applied<Long> applied) {
            ledger.acknowledged(applied.position(), command);
            acknowledged.add(command);
          }
        });
    LogPosition after = group.status().last();
    return after.index() == before.index() + 1 ? Optional.of(after) : Optional.empty();
  }

  /** How many servers have applied what is at {@code index}. */
  int committed(long index) {
    return (int)
        servers()
            .filter(id -> cluster.node(id).isStarted() && status(id).applied().index() >= index)
            .count();
  }

  /** Proposes wherever somebody leads until this many servers have applied it; its index. */
  long agree(ByteString command, int servers, boolean retry) {
    long end = simulation.now() + AGREE_MAX;
    while (simulation.now() < end) {
      Optional<LogPosition> position = proposeSomewhere(command);
      if (position.isPresent()) {
        long index = position.get().index();
        if (simulation.runUntil(() -> committed(index) >= servers, ATTEMPT_MAX)
            && ledger.command(index).filter(command::equals).isPresent()) {
          return index;
        }
        assertThat(retry).as("%s did not commit at once", command.toStringUtf8()).isTrue();
      }
      sleep(20 * MILLI);
    }
    throw new AssertionError("no agreement on " + command.toStringUtf8());
  }

  /** As {@link #agree} on a new command, without trying again. */
  long one(int servers) {
    return agree(command(), servers, false);
  }

  /** As {@link #agree} on a new command, trying again. */
  long oneWithRetry(int servers) {
    return agree(command(), servers, true);
  }

  Optional<LogPosition> proposeSomewhere(ByteString command) {
    for (int id : servers().filter(this::leads).toArray()) {
      Optional<LogPosition> position = propose(id, command);
      if (position.isPresent()) {
        return position;
      }
    }
    return Optional.empty();
  }

  /** Calls {@code action} again and again, as a client thread of its own would. */
  void every(long nanos, Runnable action) {
    simulation.at(
        nanos,
        "client",
        () -> {
          action.run();
          every(nanos, action);
        });
  }

  /** Proposes at whoever believes to lead, without waiting. */
  void shoot(ByteString command) {
    for (int id : servers().filter(id -> cluster.leads(cluster.node(id), ledger)).toArray()) {
      cluster.onLoop(cluster.node(id), () -> proposeInLoop(id, command));
    }
  }

  /** Everything a client was told is done. */
  TreeSet<ByteString> acknowledged() {
    return acknowledged;
  }

  /** Bytes of the entries that no checkpoint covers. */
  long logBytes(int id) {
    GroupProbe probe = cluster.node(id).host().probe(ledger.id()).orElseThrow();
    return probe.window().stream()
        .filter(entry -> entry.index() > probe.snapshot().index())
        .mapToLong(Entry::sizeBytes)
        .sum();
  }

  private void net(FaultPlan.Net net) {
    simulation.faults(new FaultPlan(net, FaultPlan.NONE.io(), FaultPlan.NONE.hopNanosMax(), 0));
  }
}
