package io.flotilla.raft.core;

import io.flotilla.base.check.Check;
import io.flotilla.raft.RaftConfig;

/**
 * What the core needs to know of a {@link RaftConfig}.
 *
 * @param heartbeatNanos between two heartbeats of a leader
 * @param electionMinNanos shortest election timeout, and how long a heard leader is stuck to
 * @param electionMaxNanos longest election timeout, and how long a leader goes on without a quorum
 * @param maxEntriesPerMessage entries in one AppendEntries
 * @param maxBytesPerMessage entry bytes in one AppendEntries; one larger entry still goes alone
 * @param maxInflightMessages unacknowledged AppendEntries to one follower
 * @param maxInflightBytes unacknowledged entry bytes to one follower
 * @param maxUncommittedBytes proposed bytes not yet committed, or not yet durable here; beyond it
 *     proposals are refused
 * @param maxCommittedBytes bytes of committed entries handed out in one {@link Ready}
 * @param tailBytes entry bytes kept in memory behind what is applied and durable
 */
public record CoreConfig(
    long heartbeatNanos,
    long electionMinNanos,
    long electionMaxNanos,
    int maxEntriesPerMessage,
    int maxBytesPerMessage,
    int maxInflightMessages,
    long maxInflightBytes,
    long maxUncommittedBytes,
    long maxCommittedBytes,
    long tailBytes) {
  public CoreConfig {
    Check.that(heartbeatNanos > 0, "heartbeat");
    Check.that(electionMinNanos >= 3 * heartbeatNanos, "election timeout below 3 heartbeats");
    Check.that(electionMaxNanos > electionMinNanos, "election timeout range is empty");
    Check.that(maxEntriesPerMessage > 0 && maxBytesPerMessage > 0, "message bounds");
    Check.that(maxInflightMessages > 0 && maxInflightBytes > 0, "in-flight bounds");
    Check.that(maxUncommittedBytes > 0 && maxCommittedBytes > 0 && tailBytes >= 0, "byte bounds");
  }

  /** The core's part of a node's configuration. */
  public static CoreConfig from(RaftConfig config) {
    return new CoreConfig(
        config.heartbeatNanos(),
        config.electionMinNanos(),
        config.electionMaxNanos(),
        config.maxEntriesPerMessage(),
        config.maxBytesPerMessage(),
        config.maxInflightMessages(),
        config.maxInflightBytes(),
        config.maxUncommittedBytes(),
        config.maxInflightBytes(),
        config.tailBytes());
  }
}
