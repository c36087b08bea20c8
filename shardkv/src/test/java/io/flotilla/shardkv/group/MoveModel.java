package io.flotilla.shardkv.group;

import static io.flotilla.shardkv.group.World.with;

import io.flotilla.raft.GroupId;
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
  private final ModelMoves moves;
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
    this.groups = new ModelGroups(config.mutant());
    this.moves = new ModelMoves(config, groups);
    this.client = new ModelClient(config, groups, moves);
    this.invariants = new ModelInvariants(config, groups, moves, client);
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
    GroupImage one = GroupImage.empty(new GroupId(1, 0));
    if (!config.isNew()) {
      List<Stamp> stamps = List.of(new Stamp(99, GroupImage.SHARD, 1, one.id()));
      one = MutatedRules.real(one, new KvCommand.BeginImport(stamps, 0)).after();
      one = MutatedRules.real(one, new KvCommand.Activate(stamps)).after();
      int controller = Field.OWNER.set(0, 1);
      world[World.CONTROLLER] = Field.EPOCH.set(controller, 1);
    }
    world[0] = groups.images.number(one);
    world[1] = groups.images.number(GroupImage.empty(new GroupId(2, 0)));
    world[World.TRUTH] = groups.truths.number(Truth.NOTHING);
    for (int op = 0; op < config.changes().size(); op++) {
      world[layout.operation(op)] = Field.FIRST_ATTEMPT.set(0, World.SENT);
    }
    return world;
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
    sawCommits |= allMoves(world, World.DONE_COMMITTED) && allExecuted(world);
    sawAborts |= allMoves(world, World.DONE_ABORTED);
    if (expanded++ % config.healEvery() == 0) {
      invariants.heal(world);
    }
    moves.steps(world, next);
    client.steps(world, next);
    expiry(world, next);
    alone(world, next);
  }

  private boolean allMoves(int[] world, int phase) {
    for (int i = 0; i < config.moves(); i++) {
      if (Field.PHASE.of(world[World.MOVES + i]) != phase) {
        return false;
      }
    }
    return true;
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
    int before = Field.EXPIRE_BEFORE.of(world[World.CONTROLLER]);
    if (before < config.blocks()) {
      next.to(with(world, World.CONTROLLER, Field.EXPIRE_BEFORE, before + 1), "RAISE", before + 1);
    }
    for (int block = 1; block <= before; block++) {
      int expire = groups.commands.number(new KvCommand.ExpireBefore(block));
      for (int place = 0; place < 2; place++) {
        int image = groups.apply(world[place], expire).after();
        next.to(moves.changed(world, place, image), "EXPIRE_BEFORE " + block, place + 1);
      }
    }
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
