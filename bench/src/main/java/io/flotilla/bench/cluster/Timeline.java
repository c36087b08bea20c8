package io.flotilla.bench.cluster;

import io.flotilla.bench.judge.Judge;
import io.flotilla.bench.judge.Sight;
import io.flotilla.bench.judge.Truth;
import io.flotilla.raft.GroupStatus;
import io.flotilla.shardctrler.state.ControllerState;
import io.flotilla.shardctrler.state.Move;
import io.flotilla.shardkv.group.ShardState;
import io.flotilla.sim.Simulation;
import io.flotilla.sim.history.OpStatus;
import io.flotilla.sim.history.Operation;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A run for people to read: faults, leaders, shards, moves and calls, one line each, in the order
 * in which they happened. The same run gives the same lines. One thread.
 */
final class Timeline implements Judge, Truth.Listener {
  private static final List<String> FAULTS =
      List.of(
          "killed",
          "power loss",
          "started",
          "paused",
          "cut",
          "healed",
          "network healed",
          "clock rate",
          "clock jump",
          "disk slow",
          "disk capacity",
          "disk wiped",
          "bit flip",
          "disk recovers",
          "space returns");

  private final Simulation simulation;
  private final Consumer<String> lines;
  private final TreeSet<String> told = new TreeSet<>(FAULTS);
  private final TreeMap<Long, Move.Phase> moves = new TreeMap<>();
  private long version;

  Timeline(Simulation simulation, Consumer<String> lines) {
    this.simulation = simulation;
    this.lines = lines;
    for (FaultKind kind : FaultKind.values()) {
      told.add(kind.label());
    }
    simulation.trace().listen(this::happened);
  }

  /** A call of a client has begun. */
  void begun(Operation operation) {
    line(operation.client(), "asks " + textOf(operation));
  }

  /** A call of a client is over. */
  void ended(Operation operation) {
    String outcome =
        operation.status() == OpStatus.OK
            ? operation.answer().toString()
            : operation.status().toString().toLowerCase(Locale.ROOT);
    line(operation.client(), "hears of " + textOf(operation) + ": " + outcome);
  }

  @Override
  public void opened(Sight replica) {
    line(
        "node" + replica.home.node(),
        "has group " + replica.group + " up to " + replica.status().last());
  }

  @Override
  public void changed(Sight replica, GroupStatus before) {
    GroupStatus now = replica.status();
    String node = "node" + replica.home.node();
    if (now.isLeader() && !before.isLeader()) {
      line(node, "leads group " + replica.group + " in term " + now.term());
    } else if (before.isLeader() && !now.isLeader()) {
      line(node, "leads group " + replica.group + " no more, term " + now.term());
    }
  }

  @Override
  public void advanced(Truth.Group group, List<ShardState> before) {
    for (int shard = 0; shard < group.shards().size(); shard++) {
      ShardState now = group.shard(shard);
      ShardState was = shard < before.size() ? before.get(shard) : ShardState.UNKNOWN;
      if (was.phase() != now.phase()) {
        line(
            "group " + group.id,
            "shard "
                + shard
                + " is "
                + now.phase()
                + ", epoch "
                + now.epoch()
                + ", move "
                + now.transit().move());
      }
    }
  }

  @Override
  public void decided(ControllerState controller) {
    controller.finished().forEach(this::decided);
    controller.moves().forEach(this::decided);
    if (controller.map().version() != version) {
      version = controller.map().version();
      line("controller", "map " + version);
    }
  }

  private void decided(Move move) {
    if (moves.put(move.id(), move.phase()) != move.phase()) {
      line(
          "controller",
          String.format(
              Locale.ROOT,
              "move %d of shard %d from %d to %d is %s%s",
              move.id(),
              move.shard(),
              move.from(),
              move.to(),
              move.phase(),
              move.reason().isEmpty() ? "" : ": " + move.reason()));
    }
  }

  private void happened(String node, String label, long digest) {
    if (told.contains(label)) {
      line(node, label + (digest == 0 ? "" : " " + digest));
    }
  }

  private void line(String who, String what) {
    long nanos = simulation.now();
    lines.accept(
        String.format(
            Locale.ROOT,
            "%3d.%09d  %-12s %s",
            nanos / 1_000_000_000,
            nanos % 1_000_000_000,
            who,
            what));
  }

  private static String textOf(Operation operation) {
    return operation.kind().word()
        + " "
        + operation.key()
        + operation.expect().map(expected -> " " + shortened(expected) + " ->").orElse("")
        + operation.value().map(value -> " " + shortened(value)).orElse("");
  }

  private static String shortened(String value) {
    return value.length() <= 24 ? value : value.substring(0, 24) + "~" + value.length();
  }
}
