package io.flotilla.shardctrler.state;

import io.flotilla.base.shard.ShardEntry;
import io.flotilla.shardctrler.rebalance.Place;
import io.flotilla.shardctrler.rebalance.Rebalancer;
import io.flotilla.shardctrler.state.CtrlCommand.Assign;
import io.flotilla.shardctrler.state.CtrlCommand.Pin;
import io.flotilla.shardctrler.state.CtrlResult.Changed;
import io.flotilla.shardctrler.state.CtrlResult.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rules about where shards should be. */
final class ShardRules {
  private final ControllerState state;

  ShardRules(ControllerState state) {
    this.state = state;
  }

  CtrlResult assign(Assign assign) {
    int shard = assign.shard();
    int gid = assign.gid();
    if (isOutOfRange(shard)) {
      return noSuchShard(shard);
    }
    if (!state.draft().groups().containsKey(gid)) {
      return new Refused("there is no group " + gid);
    }
    if (!state.isStaying(gid)) {
      return new Refused("group " + gid + " is leaving");
    }
    if (state.entry(shard).target() == gid) {
      return changed();
    }
    if (state.pinned.contains(shard)) {
      return new Refused("shard " + shard + " is pinned; unpin it first");
    }
    Optional<Move> live = state.moveOf(shard);
    if (live.isPresent()) {
      return new Refused(
          String.format(
              "shard %d is in move %d from group %d to group %d; wait for it or cancel it",
              shard, live.get().id(), live.get().from(), live.get().to()));
    }
    state.draft().setTarget(shard, gid);
    return changed();
  }

  CtrlResult rebalance() {
    if (state.staying().isEmpty()) {
      return new Refused("there is no group to give shards to");
    }
    spread();
    return changed();
  }

  CtrlResult pin(Pin pin) {
    if (isOutOfRange(pin.shard())) {
      return noSuchShard(pin.shard());
    }
    if (pin.pinned()) {
      state.pinned.add(pin.shard());
    } else {
      state.pinned.remove(pin.shard());
    }
    return changed();
  }

  /** Spreads the shards over the groups that stay, if any. */
  void spread() {
    if (state.staying().isEmpty()) {
      return;
    }
    List<Integer> targets = planned(state);
    for (int shard = 0; shard < targets.size(); shard++) {
      state.draft().setTarget(shard, targets.get(shard));
    }
  }

  /** Where a rebalance would put the shards. */
  static List<Integer> planned(ControllerState state) {
    List<Place> places = new ArrayList<>();
    for (int shard = 0; shard < state.draft().shardCount(); shard++) {
      places.add(new Place(state.entry(shard).target(), hold(state, shard)));
    }
    return Rebalancer.targets(places, state.staying());
  }

  /** Stops a move that is still copying: the epoch it would have begun is never used. */
  Move abort(Move move, String reason) {
    Move aborted = move.aborted(reason);
    state.advance(aborted);
    state.draft().setOwner(move.shard(), move.from(), aborted.commandEpoch());
    return aborted;
  }

  CtrlResult changed() {
    return changed(List.of());
  }

  CtrlResult changed(List<String> warnings) {
    return new Changed(state.seal(), warnings);
  }

  private static Place.Hold hold(ControllerState state, int shard) {
    if (state.pinned.contains(shard)) {
      return Place.Hold.PINNED;
    }
    ShardEntry entry = state.entry(shard);
    if (entry.owner() == entry.target()) {
      return Place.Hold.HOME;
    }
    return state.moveOf(shard).isPresent() ? Place.Hold.MOVING : Place.Hold.LOOSE;
  }

  private boolean isOutOfRange(int shard) {
    return shard < 0 || shard >= state.draft().shardCount();
  }

  private CtrlResult noSuchShard(int shard) {
    return new Refused(
        String.format(
            "there is no shard %d; this cluster has 0 to %d",
            Integer.toUnsignedLong(shard), state.draft().shardCount() - 1));
  }
}
