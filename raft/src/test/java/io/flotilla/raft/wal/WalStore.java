package io.flotilla.raft.wal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.runtime.DiskException;
import io.flotilla.raft.Entry;
import io.flotilla.raft.GroupId;
import io.flotilla.sim.FaultPlan;
import io.flotilla.sim.SimDisk;
import io.flotilla.sim.SimEventLoop;
import io.flotilla.sim.SimMeter;
import io.flotilla.sim.SimNode;
import io.flotilla.sim.Simulation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A log on a simulated node: opened, used, killed and opened again by tests. */
final class WalStore {
  static final String DIRECTORY = "wal";
  static final long STORE = 77;
  private static final long SECOND = 1_000_000_000;

  final Simulation sim;
  final SimNode node;
  final SimMeter meter = new SimMeter();
  final List<DiskException> broken = new ArrayList<>();
  private final WalConfig config;
  private SimEventLoop logLoop;
  private SimEventLoop loop;
  private Optional<WalRecovery.Result> opened = Optional.empty();
  private Optional<Exception> refused = Optional.empty();

  WalStore(long seed) {
    this(seed, WalConfig.SMALL, FaultPlan.NONE);
  }

  WalStore(long seed, WalConfig config, FaultPlan faults) {
    this.sim = new Simulation(seed, faults);
    this.node = sim.node("n1");
    this.config = config;
    makeLoops();
  }

  SimDisk disk() {
    return node.disk();
  }

  /** Starts the process if it is dead and opens the log; false if it died meanwhile. */
  boolean tryOpen(long store) {
    opened = Optional.empty();
    refused = Optional.empty();
    if (!node.isAlive()) {
      node.restart(this::makeLoops);
    }
    logLoop.execute(
        () -> {
          try {
            opened =
                Optional.of(
                    Wal.open(disk(), DIRECTORY, config, store, logLoop, meter, broken::add));
          } catch (DiskException | WalDamage failure) {
            refused = Optional.of(failure);
          }
        });
    settle();
    return node.isAlive();
  }

  /** Opens the log, which must succeed. */
  WalRecovery.Result open() {
    assertThat(tryOpen(STORE)).isTrue();
    assertThat(refused).isEmpty();
    return opened.orElseThrow();
  }

  /** Opens the log, which must be refused as damaged. */
  WalDamage openDamaged() {
    assertThat(tryOpen(STORE)).isTrue();
    assertThat(opened).as("the log opened").isEmpty();
    assertThat(refused.orElseThrow()).isInstanceOf(WalDamage.class);
    return (WalDamage) refused.orElseThrow();
  }

  Wal wal() {
    return opened.orElseThrow().wal();
  }

  /** The outcome of {@link #tryOpen}. */
  Optional<WalRecovery.Result> opened() {
    return opened;
  }

  Optional<Exception> refused() {
    return refused;
  }

  /** Appends from the node's loop. */
  void append(List<WalRecord> records, Runnable onDurable) {
    loop.execute(() -> wal().append(records, loop, onDurable));
  }

  /** Appends and waits; whether it became durable. */
  boolean append(WalRecord... records) {
    boolean[] durable = new boolean[1];
    append(List.of(records), () -> durable[0] = true);
    settle();
    return durable[0];
  }

  List<Entry> read(GroupId group, long from, long to, int maxBytes) {
    List<Entry> read = new ArrayList<>();
    loop.execute(() -> wal().read(group, from, to, maxBytes, loop, read::addAll));
    settle();
    return read;
  }

  /** Runs a task on the node's loop. */
  void onLoop(Runnable task) {
    loop.execute(task);
  }

  void onLogLoop(Runnable task) {
    logLoop.execute(task);
  }

  SimEventLoop loop() {
    return loop;
  }

  /** Lets everything happen that is under way. */
  void settle() {
    sim.runFor(SECOND);
  }

  void kill() {
    node.crash(false);
  }

  void losePower() {
    node.crash(true);
  }

  /** Paths of the segments, oldest first. */
  List<String> segments() {
    return disk().files().stream().filter(path -> path.endsWith(".log")).toList();
  }

  static WalRecord.Entries entries(GroupId group, long term, long first, int count, int bytes) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] data = new byte[bytes];
      Arrays.fill(data, (byte) (term * 31 + first + i));
      entries.add(new Entry(term, first + i, Entry.Kind.COMMAND, ByteString.copyFrom(data)));
    }
    return new WalRecord.Entries(group, entries);
  }

  private void makeLoops() {
    logLoop = node.loop("log");
    loop = node.loop("main");
  }
}
