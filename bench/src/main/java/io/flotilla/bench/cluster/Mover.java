package io.flotilla.bench.cluster;

import io.flotilla.base.shard.ShardMap;
import io.flotilla.bench.judge.Truth;
import io.flotilla.client.AdminClient;
import io.flotilla.client.FlotillaException;
import io.flotilla.sim.Simulation;
import io.flotilla.v1.JoinGroup;
import io.flotilla.v1.JoinRequest;
import io.flotilla.v1.LeaveRequest;
import io.flotilla.v1.MoveMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;

/**
 * Changes who owns what, all the time: moves of single shards, often there and back, groups that
 * join and leave, rebalances, moves given up. Any change may be refused or its outcome unknown.
 */
final class Mover {
  private static final long MILLI = 1_000_000L;

  private final SimCluster cluster;
  private final Simulation simulation;
  private final Truth truth;
  private final AdminClient admin;
  private final Recorder recorder;
  private final RandomGenerator random;
  private final int gids;
  private final long pauseNanosMax;
  private int favourite;
  private boolean isOver;
  private long changes;

  Mover(SimCluster cluster, Truth truth, Recorder recorder) {
    this.truth = truth;
    this.cluster = cluster;
    this.simulation = cluster.simulation();
    this.admin = cluster.operator().admin();
    this.recorder = recorder;
    this.random = simulation.random("mover");
    this.gids = cluster.config().groups() + 1;
    this.pauseNanosMax = (80L << random.nextInt(4)) * MILLI;
    this.favourite = random.nextInt(cluster.config().shards());
  }

  void start() {
    simulation.at(
        random.nextLong(pauseNanosMax),
        "mover",
        () -> {
          if (!isOver) {
            changes++;
            change();
            start();
          }
        });
  }

  void stop() {
    isOver = true;
  }

  long changes() {
    return changes;
  }

  private void change() {
    int gid = 1 + random.nextInt(gids);
    switch (random.nextInt(16)) {
      case 0 -> told(admin.join(joinOf(gid)));
      case 1 -> told(admin.leave(LeaveRequest.newBuilder().addGids(gid).build()));
      case 2 -> told(admin.rebalance(false));
      case 3 -> cancelOne();
      case 4, 5, 6, 7, 8 -> move(random.nextInt(cluster.config().shards()));
      default -> {
        if (random.nextInt(12) == 0) {
          favourite = random.nextInt(cluster.config().shards());
        }
        move(favourite);
      }
    }
  }

  /** Assigns {@code shard} to another group than now, if there is another. */
  private void move(int shard) {
    if (truth.controller().isEmpty()) {
      return;
    }
    ShardMap map = truth.controller().get().map();
    List<Integer> others =
        map.groups().keySet().stream().filter(gid -> gid != map.shard(shard).target()).toList();
    if (!others.isEmpty()) {
      told(admin.move(shard, others.get(random.nextInt(others.size()))));
    }
  }

  private JoinRequest joinOf(int gid) {
    return JoinRequest.newBuilder()
        .addGroups(JoinGroup.newBuilder().setGid(gid).addAllNodes(cluster.replicasOf(gid)))
        .setHold(random.nextBoolean())
        .build();
  }

  private void cancelOne() {
    told(
        admin
            .moves(false)
            .thenAccept(
                found -> {
                  List<MoveMessage> moves = found.getMovesList();
                  if (!moves.isEmpty()) {
                    told(admin.cancel(moves.get(random.nextInt(moves.size())).getId()));
                  }
                }));
  }

  private void told(CompletableFuture<?> change) {
    var unused =
        change.whenComplete(
            (answer, failure) -> {
              Throwable cause =
                  failure instanceof CompletionException ? failure.getCause() : failure;
              if (cause != null && !(cause instanceof FlotillaException)) {
                recorder.broken(cause);
              }
            });
  }
}
