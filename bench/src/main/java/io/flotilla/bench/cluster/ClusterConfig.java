package io.flotilla.bench.cluster;

import io.flotilla.raft.RaftConfig;
import io.flotilla.raft.wal.WalConfig;
import io.flotilla.shardctrler.rebalance.MoveLimits;
import io.flotilla.shardctrler.service.ControllerConfig;
import io.flotilla.shardkv.group.MoveSizes;
import java.util.random.RandomGenerator;

/**
 * The shape of a simulated cluster.
 *
 * @param nodes servers; the first three, or all if there are fewer, hold the controller
 * @param groups groups that join at the start, with gids from 1
 * @param replicas of each group
 * @param shards how many the keys are spread over
 * @param raft how groups behave
 * @param wal how logs are laid out
 * @param controller how the controller behaves
 * @param moves how much of a move is sent and remembered at once
 */
record ClusterConfig(
    int nodes,
    int groups,
    int replicas,
    int shards,
    RaftConfig raft,
    WalConfig wal,
    ControllerConfig controller,
    MoveSizes moves) {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;
  private static final int CONTROLLERS_MAX = 3;

  /** Small segments, but a batch has room for a piece of a moving shard. */
  private static final WalConfig WAL =
      new WalConfig(2 * MIB, 16 * KIB, MIB, 16 * KIB, 16 * KIB, 2, 16L * MIB, 10_000_000);

  /** Three nodes, one group. */
  static ClusterConfig smallest() {
    return new ClusterConfig(
        3, 1, 3, 16, raft(48 * KIB, 16 * KIB), WAL, ControllerConfig.DEFAULT, MoveSizes.DEFAULT);
  }

  /** Three to five nodes, two or three groups, checkpoints all the time, shards in many pieces. */
  static ClusterConfig drawn(RandomGenerator random) {
    int nodes = 3 + random.nextInt(3);
    int checkpoint = (2 << random.nextInt(4)) * KIB;
    return new ClusterConfig(
        nodes,
        2 + random.nextInt(2),
        3,
        16,
        raft(checkpoint, checkpoint / 4),
        WAL,
        new ControllerConfig(
            new MoveLimits(1 + random.nextInt(8), 1 + random.nextInt(2), 16), 60_000_000_000L),
        new MoveSizes(16 << random.nextInt(6), 60L << random.nextInt(6)));
  }

  int controllers() {
    return Math.min(CONTROLLERS_MAX, nodes);
  }

  private static RaftConfig raft(long checkpointBytes, long tailBytes) {
    RaftConfig base = RaftConfig.DEFAULT;
    return new RaftConfig(
        base.heartbeatNanos(),
        base.electionMinNanos(),
        base.electionMaxNanos(),
        64,
        64 * KIB,
        8,
        256 * KIB,
        4L * MIB,
        tailBytes,
        checkpointBytes,
        base.maxWaitingReads());
  }
}
