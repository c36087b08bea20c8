package io.flotilla.shardctrler.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.shardctrler.state.CtrlCommand.Ack;
import io.flotilla.shardctrler.state.CtrlCommand.NewGroup;
import io.flotilla.shardctrler.state.CtrlCommand.Ready;
import io.flotilla.shardctrler.state.CtrlResult.Changed;
import io.flotilla.shardctrler.state.CtrlResult.Refused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A controller without its log, and the commands tests give it; every command goes as bytes. */
final class Controller {
  static final int SHARDS = 16;
  static final int NODES = 9;

  final ControllerMachine machine = new ControllerMachine("", SHARDS);

  Controller() {
    for (int node = 1; node <= NODES; node++) {
      changed(new CtrlCommand.Register(address(node)));
    }
  }

  static NodeAddress address(int node) {
    return new NodeAddress(node, 100 + node, "n" + node + ":1", "n" + node + ":2");
  }

  static NewGroup group(int gid) {
    return new NewGroup(
        gid, List.of(1 + gid % NODES, 1 + (gid + 1) % NODES, 1 + (gid + 2) % NODES));
  }

  ControllerState state() {
    return machine.state();
  }

  CtrlResult apply(CtrlCommand command) {
    return machine.apply(CommandCodec.encode(command));
  }

  long changed(CtrlCommand command) {
    CtrlResult result = apply(command);
    assertThat(result).isInstanceOf(Changed.class);
    return ((Changed) result).version();
  }

  /** Expects a refusal that changes nothing. */
  String refused(CtrlCommand command) {
    var before = machine.encode();
    CtrlResult result = apply(command);
    assertThat(result).isInstanceOf(Refused.class);
    assertThat(machine.encode()).isEqualTo(before);
    return ((Refused) result).reason();
  }

  long join(Integer... gids) {
    return changed(
        new CtrlCommand.Join(Arrays.stream(gids).map(Controller::group).toList(), false));
  }

  long leave(Integer... gids) {
    return changed(new CtrlCommand.Leave(List.of(gids), false, false));
  }

  /** Begins what is due and brings every live move to its end. */
  void settle() {
    for (int round = 0; round < 3; round++) {
      List<Integer> all = new ArrayList<>();
      for (int shard = 0; shard < SHARDS; shard++) {
        all.add(shard);
      }
      changed(new CtrlCommand.StartMoves(all));
      commitAll();
      acknowledgeAll();
    }
    assertThat(state().moves()).isEmpty();
  }

  void commitAll() {
    changed(
        new CtrlCommand.CommitMoves(
            state().moves().stream()
                .map(move -> new Ready(move.id(), move.toIncarnation(), MoveTally.NONE))
                .toList()));
  }

  void acknowledgeAll() {
    List<Ack> acks = new ArrayList<>();
    for (Move move : state().moves()) {
      acks.add(new Ack(move.id(), true, move.toIncarnation(), MoveTally.NONE));
      acks.add(new Ack(move.id(), false, move.fromIncarnation(), MoveTally.NONE));
    }
    changed(new CtrlCommand.Acknowledge(acks));
  }

  Move start(int shard) {
    changed(new CtrlCommand.StartMoves(List.of(shard)));
    return state().moveOf(shard).orElseThrow();
  }

  ShardEntry entry(int shard) {
    return state().map().shard(shard);
  }

  List<Integer> targets() {
    return state().map().shards().stream().map(ShardEntry::target).toList();
  }

  List<Integer> owners() {
    return state().map().shards().stream().map(ShardEntry::owner).toList();
  }
}
