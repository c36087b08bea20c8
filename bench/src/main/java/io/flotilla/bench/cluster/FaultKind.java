package io.flotilla.bench.cluster;

/** What a nemesis can do to servers and links; network losses and delays come by the fault plan. */
enum FaultKind {
  /** A process is killed; what it wrote is in the page cache. */
  KILL,
  /** A machine loses power. */
  POWER_LOSS,
  /** A process is killed in the middle of what it does to its disk. */
  KILL_AT_DISK,
  /** A machine loses power in the middle of what it does to its disk. */
  POWER_LOSS_AT_DISK,
  /** All machines lose power at once. */
  BLACKOUT,
  /** A process stands still for longer than an election takes. */
  PAUSE,
  /** The servers fall into two halves. */
  PARTITION,
  /** One server is cut off from everything. */
  ISOLATE,
  /** One server hears another one that does not hear it. */
  ONE_WAY,
  /** A disk becomes slow. */
  SLOW_DISK,
  /** A clock runs fast or slow. */
  CLOCK_RATE,
  /** A sync fails: the node promises nothing until somebody restarts it. */
  SYNC_ERROR
}
