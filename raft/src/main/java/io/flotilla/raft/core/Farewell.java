package io.flotilla.raft.core;

/**
 * Whether a peer that the membership leaves out has learnt so: until then it is still sent the log,
 * for a bounded time, because a replica that does not know would campaign.
 */
final class Farewell {
  private static final long STAYS = 0;

  private long leavesAt = STAYS;
  private long byNanos;
  private boolean knows;

  /**
   * The membership at {@code index} leaves it out.
   *
   * @param deadlineNanos when it is given up, whether it has learnt so or not
   */
  void begin(long index, long deadlineNanos) {
    if (!hasBegun()) {
      leavesAt = index;
      byNanos = deadlineNanos;
    }
  }

  boolean hasBegun() {
    return leavesAt != STAYS;
  }

  /** A commit index is on its way to it. */
  void told(long commit) {
    knows |= hasBegun() && commit >= leavesAt;
  }

  /** Whether there is nothing more to tell it. */
  boolean isOver(long nowNanos) {
    return hasBegun() && (knows || nowNanos - byNanos >= 0);
  }
}
