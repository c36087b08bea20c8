package io.flotilla.shardkv.group;

import static io.flotilla.shardkv.group.World.with;

import io.flotilla.raft.GroupId;
import io.flotilla.shardctrler.move.GroupCommands;
import io.flotilla.shardctrler.state.Move;
import io.flotilla.shardkv.group.World.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Every state that two groups, a controller, a network that keeps all messages for ever and a
 * client can come to, searched in breadth. States are told apart by 64-bit fingerprints.
 */
final class MoveModel {
  private static final int STATES_MAX = 20_000_000;

  private final ModelConfig config;
  private final World layout;
  private final ModelGroups groups;
  private final ModelController controller;
  private final ModelMoves moves;
  private final ModelDecisions decisions;
  private final ModelClient client;
  private final ModelInvariants invariants;
  private final LongSet seen = new LongSet();
  private List<Node> frontier = new ArrayList<>();
  private long transitions;
  private long expanded;
  private boolean sawCommits;
  private boolean sawAborts;

  MoveModel(ModelConfig config) {
    this.config = config;
    this.layout = new World(config);
    this.groups = new ModelGroups(config);
    this.controller = new ModelController(config.blocks());
    this.moves = new ModelMoves(config, groups, controller);
    this.decisions = new ModelDecisions(config, groups, controller);
    this.client = new ModelClient(config, groups, moves);
    this.invariants = new ModelInvariants(config, groups, moves, decisions, client);
  }

  /**
   * What a search found.
   *
   * @param wasThorough whether some state had all moves committed and all operations executed, and
   *     some other all moves aborted: what was never reached was never checked
   */
  record Found(
      int states, long transitions, int depth, boolean wasThorough, Optional<String> violation) {}

  /** A state and how it was come to; the way is kept only while something is broken. */
  private record Node(int[] world, Optional<Step> step) {}

  private record Step(Optional<Step> before, String what) {}

  Found search() {
    Node start = new Node(start(), Optional.empty());
    seen.add(World.fingerprint(start.world()));
    frontier.add(start);
    int depth = 0;
    while (!frontier.isEmpty() && seen.size() < STATES_MAX) {
      List<Node> now = frontier;
      frontier = new ArrayList<>();
      for (Node node : now) {
        try {
          expand(node);
        } catch (Violation violation) {
          return found(depth, Optional.of(violation.getMessage() + trace(node.step())));
        }
      }
      depth++;
    }
    return found(depth, Optional.empty());
  }

  private Found found(int depth, Optional<String> violation) {
    return new Found(seen.size(), transitions, depth, sawCommits && sawAborts, violation);
  }

  private static String trace(Optional<Step> last) {
    StringBuilder trace = new StringBuilder();
    for (Optional<Step> step = last; step.isPresent(); step = step.get().before()) {
      trace.insert(0, "; " + step.get().what());
    }
    return trace.toString();
  }

  private int[] start() {
    int[] world = new int[layout.size()];
    for (int gid = 1; gid <= 2; gid++) {
      world[gid - 1] = groups.images.number(GroupImage.empty(new GroupId(gid, 1)));
    }
    world[World.CONTROLLER] = controller.start(config.blocks());
    world[World.TRUTH] = groups.truths.number(Truth.NOTHING);
    for (int op = 0; op < config.changes().size(); op++) {
      world[layout.operation(op)] = Field.FIRST_ATTEMPT.set(0, World.SENT);
    }
    return config.isNew() ? world : owned(world);
  }

  /** The planner gives the shard its first owner, and nothing goes wrong. */
  private int[] owned(int[] world) {
    int[] begun = decisions.start(world);
    int[] owned = invariants.through(begun, moves.view(begun).move(1));
    owned[layout.heard(1)] = 0;
    return owned;
  }

  private void expand(Node node) {
    int[] world = node.world();
    ModelMoves.Next next =
        (after, step, who) -> {
          if (after == world) {
            return;
          }
          transitions++;
          if (seen.add(World.fingerprint(after))) {
            Optional<Step> way =
                config.mutant() == Mutant.NONE
                    ? Optional.empty()
                    : Optional.of(new Step(node.step(), step + " " + who));
            frontier.add(new Node(after, way));
          }
        };
    invariants.check(world);
    sawCommits |= allMoves(world, Move.Phase.DONE) && allExecuted(world);
    sawAborts |= allMoves(world, Move.Phase.ABORTED);
    if (expanded++ % config.healEvery() == 0) {
      invariants.heal(world);
    }
    decisions.steps(world, next);
    moves.steps(world, next);
    client.steps(world, next);
    expiry(world, next);
    alone(world, next);
  }

  private boolean allMoves(int[] world, Move.Phase phase) {
    List<Move> all = moves.view(world).moves();
    return all.size() == config.moveIds()
        && all.subList(config.firstMove() - 1, all.size()).stream()
            .allMatch(move -> move.phase() == phase && !ModelController.View.isLive(move));
  }

  private boolean allExecuted(int[] world) {
    for (int op = 0; op < config.changes().size(); op++) {
      if (Field.EXECUTED.of(world[layout.operation(op)]) == 0) {
        return false;
      }
    }
    return true;
  }

  private void expiry(int[] world, ModelMoves.Next next) {
    long before = moves.view(world).expireBefore();
    if (before <= config.blocks() && config.blocks() > 0) {
      int raised = controller.raise(world[World.CONTROLLER]);
      next.to(with(world, World.CONTROLLER, raised), "RAISE", before);
    }
    for (long block = 2; block <= before; block++) {
      int expire = groups.commands.number(expireBefore(block));
      for (int place = 0; place < 2; place++) {
        int image = groups.apply(world[place], expire).after();
        next.to(moves.changed(world, place, image), "EXPIRE_BEFORE " + block, place + 1);
      }
    }
  }

  private static KvCommand expireBefore(long block) {
    return MoveMessages.command(GroupCommands.expireBefore(new GroupId(1, 1), block)).orElseThrow();
  }

  private void alone(int[] world, ModelMoves.Next next) {
    if (config.mutant() == Mutant.NONE) {
      return;
    }
    for (int place = 0; place < 2; place++) {
      int image = groups.byItself(world[place]);
      next.to(moves.changed(world, place, image), config.mutant().name(), place + 1);
    }
  }
}
