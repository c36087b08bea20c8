package io.flotilla.shardkv.group;

import static io.flotilla.shardkv.group.World.with;

import io.flotilla.internal.v1.ControllerBlob;
import io.flotilla.raft.GroupId;
import io.flotilla.shardctrler.rebalance.MoveLimits;
import io.flotilla.shardctrler.rebalance.MovePlanner;
import io.flotilla.shardctrler.rebalance.Route;
import io.flotilla.shardctrler.state.CtrlCommand;
import io.flotilla.shardctrler.state.CtrlCommand.Ack;
import io.flotilla.shardctrler.state.CtrlCommand.Ready;
import io.flotilla.shardctrler.state.Move;
import io.flotilla.shardctrler.state.MoveTally;
import io.flotilla.shardkv.group.ModelMoves.Next;
import io.flotilla.shardkv.group.World.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What becomes an entry of the controller's log: what its planner wants, what groups have said, and
 * what operators do at any time. The real rules say what comes of it.
 */
final class ModelDecisions {
  private static final int COPY_CODE = 1;

  private final ModelConfig config;
  private final World layout;
  private final ModelGroups groups;
  private final ModelController controller;

  ModelDecisions(ModelConfig config, ModelGroups groups, ModelController controller) {
    this.config = config;
    this.layout = new World(config);
    this.groups = groups;
    this.controller = controller;
  }

  private ModelController.View view(int[] world) {
    return controller.view(world[World.CONTROLLER]);
  }

  private int[] apply(int[] world, CtrlCommand command) {
    int after = controller.apply(world[World.CONTROLLER], command);
    return after == world[World.CONTROLLER] ? world : with(world, World.CONTROLLER, after);
  }

  /** Every entry that the controller's log may have next. */
  void steps(int[] world, Next next) {
    if (view(world).moves().size() < config.moveIds()) {
      next.to(start(world), "START", 0);
      for (int gid = 1; gid <= 2; gid++) {
        next.to(start(apply(world, new CtrlCommand.Assign(GroupImage.SHARD, gid))), "MOVE", gid);
      }
    }
    for (Move move : view(world).moves()) {
      if (ModelController.View.isLive(move)) {
        decisions(world, move, next);
      }
    }
    if (config.leaves()) {
      for (int gid = 1; gid <= 2; gid++) {
        if (!view(world).map().groups().containsKey(gid)) {
          next.to(join(world, gid), "JOIN", gid);
        } else if (!view(world).hasLeft()) {
          next.to(leave(world, gid), "LEAVE", gid);
        }
      }
    }
  }

  /** What the planner wants to begin. */
  int[] start(int[] world) {
    ModelController.View view = view(world);
    List<Route> live = new ArrayList<>();
    view.live().ifPresent(move -> live.add(new Route(move.shard(), move.from(), move.to(), false)));
    List<Integer> shards =
        MovePlanner.plan(view.map(), live, view.leaving(), new TreeSet<>(), MoveLimits.DEFAULT);
    return shards.isEmpty() ? world : apply(world, new CtrlCommand.StartMoves(shards));
  }

  private void decisions(int[] world, Move move, Next next) {
    int heard = world[layout.heard(move.id())];
    if (Field.READY.of(heard) == 1 || config.mutant() == Mutant.COMMIT_WITHOUT_READY) {
      next.to(commit(world, move), "COMMIT", move.id());
    }
    next.to(abort(world, move), "ABORT", move.id());
    next.to(acknowledge(world, move), "DONE", move.id());
  }

  int[] commit(int[] world, Move move) {
    long life = move.toIncarnation();
    int[] before = world;
    if (config.mutant() == Mutant.COMMIT_AFTER_ABORT && move.phase() == Move.Phase.ABORTED) {
      before = copyingAgain(world);
    } else if (config.mutant() == Mutant.READY_WITHOUT_INCARNATION) {
      long present = view(world).map().groups().get(move.to()).incarnation();
      before = edited(world, blob -> blob.getMovesBuilder(0).setToIncarnation(present));
      life = present;
    }
    Ready ready = new Ready(move.id(), life, MoveTally.NONE);
    return apply(before, new CtrlCommand.CommitMoves(List.of(ready)));
  }

  /** An operator's word; the first owner of a shard can only be given up by the driver. */
  int[] abort(int[] world, Move move) {
    boolean afterCommit =
        config.mutant() == Mutant.ABORT_AFTER_COMMIT && move.phase() == Move.Phase.COMMITTED;
    return apply(
        afterCommit ? copyingAgain(world) : world,
        move.isFirstOwnership()
            ? new CtrlCommand.AbortMove(move.id(), "hopeless")
            : new CtrlCommand.Cancel(move.id()));
  }

  /** Takes whatever has been acknowledged. */
  int[] acknowledge(int[] world, Move move) {
    int heard = world[layout.heard(move.id())];
    boolean target = Field.TARGET_ACK.of(heard) == 1;
    boolean source = Field.SOURCE_ACK.of(heard) == 1;
    source |=
        target
            && config.mutant() == Mutant.DONE_WITH_ONE_ACK
            && move.phase() == Move.Phase.COMMITTED;
    List<Ack> acks = new ArrayList<>();
    if (target) {
      acks.add(new Ack(move.id(), true, move.toIncarnation(), MoveTally.NONE));
    }
    if (source) {
      acks.add(new Ack(move.id(), false, move.fromIncarnation(), MoveTally.NONE));
    }
    return acks.isEmpty() ? world : apply(world, new CtrlCommand.Acknowledge(acks));
  }

  private int[] leave(int[] world, int gid) {
    if (config.mutant() == Mutant.READY_WITHOUT_INCARNATION) {
      if (view(world).owner() == gid) {
        return world;
      }
      return bornAgain(edited(world, blob -> nextLife(blob, gid)), gid);
    }
    int[] after = apply(world, new CtrlCommand.Leave(List.of(gid), false, false));
    if (config.mutant() == Mutant.LEAVE_WITHOUT_WAITING && view(after).live().isPresent()) {
      Move move = view(after).live().get();
      Ack target = new Ack(move.id(), true, move.toIncarnation(), MoveTally.NONE);
      Ack source = new Ack(move.id(), false, move.fromIncarnation(), MoveTally.NONE);
      after = apply(after, new CtrlCommand.Acknowledge(List.of(target, source)));
    }
    return after;
  }

  private int[] join(int[] world, int gid) {
    CtrlCommand join = new CtrlCommand.Join(List.of(ModelController.group(gid)), false);
    return bornAgain(apply(world, join), gid);
  }

  /** The group's replicas are those of its present life, and empty. */
  private int[] bornAgain(int[] world, int gid) {
    long life = view(world).map().groups().get(gid).incarnation();
    return with(world, gid - 1, groups.images.number(GroupImage.empty(new GroupId(gid, life))));
  }

  private static void nextLife(ControllerBlob.Builder blob, int gid) {
    blob.getOldestGroupsBuilder(gid - 1).setIncarnation(2);
    blob.getIncarnationsBuilder(gid - 1).setIncarnation(2);
  }

  /** As if the live move had not been decided. */
  private int[] copyingAgain(int[] world) {
    return edited(
        world,
        blob ->
            blob.getMovesBuilder(0)
                .setPhase(COPY_CODE)
                .setReason("")
                .setSourceAcked(false)
                .setTargetAcked(false));
  }

  private int[] edited(int[] world, Consumer<ControllerBlob.Builder> edit) {
    return with(world, World.CONTROLLER, controller.edited(world[World.CONTROLLER], edit));
  }
}
