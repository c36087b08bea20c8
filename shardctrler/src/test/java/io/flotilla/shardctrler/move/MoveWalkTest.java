package io.flotilla.shardctrler.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.base.shard.GroupMembers;
import io.flotilla.base.shard.NodeAddress;
import io.flotilla.base.shard.ShardEntry;
import io.flotilla.internal.v1.GroupCommandRequest;
import io.flotilla.internal.v1.ShardStatus;
import io.flotilla.internal.v1.ShardStatus.State;
import io.flotilla.raft.GroupId;
import io.flotilla.shardctrler.rebalance.MoveLimits;
import io.flotilla.shardctrler.rebalance.MovePlanner;
import io.flotilla.shardctrler.rebalance.Route;
import io.flotilla.shardctrler.state.CommandCodec;
import io.flotilla.shardctrler.state.ControllerMachine;
import io.flotilla.shardctrler.state.CtrlCommand;
import io.flotilla.shardctrler.state.CtrlCommand.Ack;
import io.flotilla.shardctrler.state.CtrlCommand.NewGroup;
import io.flotilla.shardctrler.state.CtrlCommand.Ready;
import io.flotilla.shardctrler.state.CtrlResult;
import io.flotilla.shardctrler.state.Move;
import io.flotilla.shardctrler.state.MoveTally;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Random walks over controller and groups in which every message ever sent may arrive at any time,
 * any number of times, and so may every answer. After each step at most one group serves a shard,
 * under an epoch the controller gave it, with every write that was ever taken. Then messages are
 * delivered as they should, and every move must come to an end.
 */
final class MoveWalkTest {
  private static final int SHARDS = 2;
  private static final int GROUPS = 3;

  @Test
  void everyWalkIsSafeAndEnds() {
    for (int seed = 1; seed <= 1_500; seed++) {
      Walk walk = new Walk(seed);
      try {
        walk.wander(250);
        walk.heal();
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
      }
    }
  }

  private record Sent(Step step, Move move, GroupCommandRequest request) {}

  private record Answer(Step step, Move move, ShardStatus status) {}

  private static final class Walk {
    private final Random random;
    private final ControllerMachine machine = new ControllerMachine("", SHARDS);
    private final TreeMap<GroupId, GroupModel> groups = new TreeMap<>();
    private final List<Sent> sent = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private final List<CtrlCommand> proposed = new ArrayList<>();
    private final TreeSet<Long> importing = new TreeSet<>();
    private final TreeSet<Long> exporting = new TreeSet<>();
    private final TreeSet<String> ownerships = new TreeSet<>();
    private final long[] writes = new long[SHARDS];

    Walk(int seed) {
      random = new Random(seed);
      apply(new CtrlCommand.Register(new NodeAddress(1, 1, "a:1", "a:2")));
      join(1);
      join(2);
    }

    void wander(int steps) {
      for (int step = 0; step < steps; step++) {
        act();
        check();
      }
    }

    void heal() {
      apply(new CtrlCommand.Rebalance());
      for (int round = 0; round < 40; round++) {
        plan();
        for (Move move : List.copyOf(machine.state().moves())) {
          for (Step step : MoveSteps.due(move, true, false)) {
            deliver(send(step, move)).ifPresent(this::hear);
            commit(proposed.size());
            check();
          }
          transfer(move);
        }
      }
      assertThat(machine.state().moves()).isEmpty();
      for (int shard = 0; shard < SHARDS; shard++) {
        ShardEntry entry = machine.state().map().shard(shard);
        assertThat(entry.owner()).isEqualTo(entry.target()).isNotZero();
        for (GroupModel group : groups.values()) {
          GroupModel.Shard held = group.shard(shard);
          if (!isPresent(group.id())) {
            continue;
          }
          if (group.id().gid() == entry.owner()) {
            assertThat(held.state).isEqualTo(State.SERVING);
            assertThat(held.epoch).isEqualTo(entry.epoch());
          } else {
            assertThat(held.state).isEqualTo(State.ABSENT);
          }
        }
      }
    }

    private void act() {
      int shard = random.nextInt(SHARDS);
      int gid = 1 + random.nextInt(GROUPS);
      List<Move> moves = List.copyOf(machine.state().moves());
      Optional<Move> move =
          moves.isEmpty() ? Optional.empty() : Optional.of(moves.get(random.nextInt(moves.size())));
      switch (random.nextInt(28)) {
        case 0 -> apply(new CtrlCommand.Assign(shard, gid));
        case 1 -> join(gid);
        case 2 -> apply(new CtrlCommand.Leave(List.of(gid), random.nextBoolean(), false));
        case 3 -> move.ifPresent(live -> apply(new CtrlCommand.Cancel(live.id())));
        case 4 -> move.ifPresent(live -> apply(new CtrlCommand.AbortMove(live.id(), "chance")));
        case 5 -> {
          importing.clear();
          exporting.clear();
        }
        case 6, 7 -> plan();
        case 8, 9, 10 -> move.ifPresent(this::transfer);
        case 11, 12, 13 -> write(shard);
        case 14, 15, 16, 17 ->
            move.ifPresent(
                live ->
                    MoveSteps.due(
                            live, importing.contains(live.id()), exporting.contains(live.id()))
                        .forEach(step -> send(step, live)));
        case 18, 19, 20 -> {
          if (!sent.isEmpty()) {
            deliver(sent.get(recent(sent.size())));
          }
        }
        case 21, 22, 23 -> commit(Math.min(1, proposed.size()));
        case 24 -> groups.keySet().removeIf(id -> !isPresent(id));
        default -> {
          if (!answers.isEmpty()) {
            hear(answers.get(recent(answers.size())));
          }
        }
      }
    }

    /** Mostly something new, sometimes something old. */
    private int recent(int size) {
      int back = random.nextInt(4) == 0 ? random.nextInt(size) : random.nextInt(Math.min(4, size));
      return size - 1 - back;
    }

    private void join(int gid) {
      apply(new CtrlCommand.Join(List.of(new NewGroup(gid, List.of(1))), false));
    }

    private void plan() {
      List<Route> routes =
          machine.state().moves().stream()
              .map(move -> new Route(move.shard(), move.from(), move.to(), false))
              .toList();
      apply(
          new CtrlCommand.StartMoves(
              MovePlanner.plan(
                  machine.state().map(),
                  routes,
                  machine.state().leaving(),
                  new TreeSet<>(),
                  MoveLimits.DEFAULT)));
    }

    private Sent send(Step step, Move move) {
      Sent message = new Sent(step, move, GroupCommands.of(step, List.of(move)));
      sent.add(message);
      return message;
    }

    /** A group that has been removed does not answer. */
    private Optional<Answer> deliver(Sent message) {
      GroupId id = GroupCommands.group(message.step(), message.move());
      if (!isPresent(id)) {
        return Optional.empty();
      }
      ShardStatus status = group(id).apply(message.request()).get(0);
      Answer answer = new Answer(message.step(), message.move(), status);
      answers.add(answer);
      return Optional.of(answer);
    }

    /** What leaders propose is applied in some order and some time later, if at all. */
    private void commit(int count) {
      for (int i = 0; i < count; i++) {
        apply(proposed.remove(random.nextInt(proposed.size())));
      }
    }

    private void hear(Answer answer) {
      Optional<Move> live = machine.state().move(answer.move().id());
      if (live.isEmpty()) {
        return;
      }
      Move move = live.get();
      ShardStatus status = answer.status();
      long incarnation = status.getStamp().getIncarnation();
      switch (MoveSteps.read(move, answer.step(), status)) {
        case NOTHING -> {}
        case IMPORTING -> importing.add(move.id());
        case EXPORTING -> exporting.add(move.id());
        case READY ->
            proposed.add(
                new CtrlCommand.CommitMoves(
                    List.of(new Ready(move.id(), incarnation, MoveTally.NONE))));
        case ACKNOWLEDGED ->
            proposed.add(
                new CtrlCommand.Acknowledge(
                    List.of(
                        new Ack(
                            move.id(), answer.step().isToTarget(), incarnation, MoveTally.NONE))));
        case HOPELESS -> proposed.add(new CtrlCommand.AbortMove(move.id(), "hopeless"));
      }
    }

    private void transfer(Move move) {
      if (!move.isFirstOwnership()) {
        GroupModel.transfer(
            group(new GroupId(move.from(), move.fromIncarnation())),
            group(new GroupId(move.to(), move.toIncarnation())),
            move.shard());
      }
    }

    private void write(int shard) {
      for (GroupModel group : groups.values()) {
        if (group.owns(shard)) {
          group.shard(shard).writes++;
          writes[shard]++;
        }
      }
    }

    private void check() {
      for (int shard = 0; shard < SHARDS; shard++) {
        int owners = 0;
        for (GroupModel group : groups.values()) {
          if (group.owns(shard)) {
            owners++;
            GroupModel.Shard held = group.shard(shard);
            assertThat(ownerships).contains(ownership(shard, held.epoch, group.id()));
            assertThat(held.writes).isEqualTo(writes[shard]);
          }
        }
        assertThat(owners).as("owners of shard %d", shard).isLessThanOrEqualTo(1);
      }
    }

    private void apply(CtrlCommand command) {
      CtrlResult result = machine.apply(CommandCodec.encode(command));
      assertThat(result).isNotNull();
      for (int shard = 0; shard < SHARDS; shard++) {
        ShardEntry entry = machine.state().map().shard(shard);
        GroupMembers owner = machine.state().map().groups().get(entry.owner());
        if (owner != null) {
          ownerships.add(
              ownership(shard, entry.epoch(), new GroupId(owner.gid(), owner.incarnation())));
        }
      }
    }

    private boolean isPresent(GroupId id) {
      GroupMembers members = machine.state().map().groups().get(id.gid());
      return members != null && members.incarnation() == id.incarnation();
    }

    private GroupModel group(GroupId id) {
      return groups.computeIfAbsent(id, GroupModel::new);
    }

    private static String ownership(int shard, long epoch, GroupId group) {
      return shard + "@" + epoch + "=" + group;
    }
  }
}
