package io.flotilla.bench.cluster;

import java.util.Locale;

/** What can go wrong in a run. A seed draws some of them; a shrinker takes them away again. */
enum FaultKind {
  /** A process is killed; what it wrote is in the page cache. */
  KILL(true),
  /** A machine loses power. */
  POWER_LOSS(true),
  /** A process is killed in the middle of what it does to its disk. */
  KILL_AT_DISK(true),
  /** A machine loses power in the middle of what it does to its disk. */
  POWER_LOSS_AT_DISK(true),
  /** All machines lose power at once. */
  BLACKOUT(true),
  /** A machine comes back with an empty disk; one a run, which a majority outlives. */
  WIPE(true),
  /** A process stands still, mostly for longer than an election takes. */
  PAUSE(true),
  /** The servers fall into two halves. */
  PARTITION(true),
  /** One server is cut off from everything. */
  ISOLATE(true),
  /** One server hears others that do not hear it. */
  ONE_WAY(true),
  /** The servers fall into two halves that only one server reaches. */
  BRIDGE(true),
  /** Each server reaches its two neighbours only. */
  RING(true),
  /** A disk becomes slow. */
  SLOW_DISK(true),
  /** A disk is full; space returns later. */
  FULL_DISK(true),
  /** A clock runs fast or slow. */
  CLOCK_RATE(true),
  /** A clock jumps forward. */
  CLOCK_JUMP(true),
  /** A sync fails: the node promises nothing until somebody restarts it. */
  SYNC_ERROR(true),
  /** A write fails. */
  WRITE_ERROR(true),
  /** A read fails. */
  READ_ERROR(true),
  /** Creating, renaming or deleting a file fails. */
  NAME_ERROR(true),
  /** Messages are lost. */
  LOSS(false),
  /** Frames arrive twice. */
  DUPLICATION(false),
  /** Frames overtake others. */
  REORDERING(false),
  /** Messages take up to a minute. */
  LONG_DELAYS(false),
  /** Single disk calls are slow. */
  SLOW_CALLS(false),
  /** A sector that was being written when the power went is a mixture of old and new. */
  TORN_SECTORS(false),
  /** Shards, groups and members change their places. */
  MOVES(false);

  private final boolean isStruck;

  FaultKind(boolean isStruck) {
    this.isStruck = isStruck;
  }

  /** Whether a nemesis does it one by one; the others happen by themselves all the time. */
  boolean isStruck() {
    return isStruck;
  }

  /** As users write it. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
