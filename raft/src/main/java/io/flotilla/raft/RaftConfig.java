package io.flotilla.raft;

import io.flotilla.base.check.Check;

/**
 * How a node's groups behave; one record, defaults in one place.
 *
 * @param heartbeatNanos between two heartbeats of a leader; also the length of a tick
 * @param electionMinNanos shortest election timeout
 * @param electionMaxNanos longest election timeout
 * @param maxEntriesPerMessage entries in one AppendEntries
 * @param maxBytesPerMessage entry bytes in one AppendEntries; one larger entry still goes alone
 * @param maxInflightMessages unacknowledged AppendEntries to one follower
 * @param maxInflightBytes unacknowledged entry bytes to one follower
 * @param maxUncommittedBytes proposed and not yet committed bytes of one group
 * @param tailBytes entry bytes of one group kept in memory behind the applied index
 * @param checkpointLogBytes log bytes of one group after which it is checkpointed
 * @param maxWaitingReads reads of one group waiting for their quorum round
 */
public record RaftConfig(
    long heartbeatNanos,
    long electionMinNanos,
    long electionMaxNanos,
    int maxEntriesPerMessage,
    int maxBytesPerMessage,
    int maxInflightMessages,
    long maxInflightBytes,
    long maxUncommittedBytes,
    long tailBytes,
    long checkpointLogBytes,
    int maxWaitingReads) {
  private static final long MILLI = 1_000_000;

  /** Heartbeat 100 ms, election 400 to 800 ms: steady on two saturated cores. */
  public static final RaftConfig DEFAULT = profile(100 * MILLI, 400 * MILLI, 800 * MILLI);

  /** Heartbeat 50 ms, election 150 to 300 ms, as the lectures have it. */
  public static final RaftConfig FAST = profile(50 * MILLI, 150 * MILLI, 300 * MILLI);

  public RaftConfig {
    Check.that(heartbeatNanos > 0, "heartbeat");
    Check.that(electionMinNanos >= 3 * heartbeatNanos, "election timeout below 3 heartbeats");
    Check.that(electionMaxNanos > electionMinNanos, "election timeout range is empty");
    Check.that(maxEntriesPerMessage > 0 && maxInflightMessages > 0, "in-flight bounds");
  }

  private static RaftConfig profile(long heartbeat, long electionMin, long electionMax) {
    return new RaftConfig(
        heartbeat,
        electionMin,
        electionMax,
        4_096,
        1 << 20,
        64,
        4L << 20,
        16L << 20,
        4L << 20,
        64L << 20,
        65_536);
  }
}
