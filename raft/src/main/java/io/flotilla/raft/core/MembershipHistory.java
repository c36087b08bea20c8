package io.flotilla.raft.core;

import io.flotilla.base.check.Check;
import io.flotilla.raft.Membership;
import java.util.ArrayList;
import java.util.List;

/**
 * The memberships that a log brings: the last one is in force, committed or not (section 6), so
 * those before it must be known too for as long as the log's end may still be truncated.
 *
 * <p>Bounded: at most one is uncommitted, and what is applied is folded into the one it left.
 */
final class MembershipHistory {
  private record Since(long index, Membership membership) {}

  private final List<Since> known = new ArrayList<>(2);

  /** What held at {@code index}, of which the log begins after. */
  MembershipHistory(long index, Membership first) {
    known.add(new Since(index, first));
  }

  Membership inForce() {
    return last().membership();
  }

  /** Index of the entry that brought the membership in force. */
  long inForceSince() {
    return last().index();
  }

  /** What would be in force if the newest one were truncated; itself if there is no older one. */
  Membership beforeNewest() {
    return known.get(Math.max(0, known.size() - 2)).membership();
  }

  /** What the entries up to {@code index} say, which is not before what was folded. */
  Membership asOf(long index) {
    int at = known.size() - 1;
    while (at > 0 && known.get(at).index() > index) {
      at--;
    }
    return known.get(at).membership();
  }

  void append(long index, Membership membership) {
    Check.that(index > inForceSince(), "membership at %d after %d", index, inForceSince());
    known.add(new Since(index, membership));
  }

  void truncateFrom(long index) {
    while (known.size() > 1 && last().index() >= index) {
      known.remove(known.size() - 1);
    }
  }

  /** Nothing before {@code index} will be asked for any more. */
  void forgetBefore(long index) {
    while (known.size() > 1 && known.get(1).index() <= index) {
      known.remove(0);
    }
  }

  /** A snapshot says what held at {@code index}; what came after it stays. */
  void replaceThrough(long index, Membership membership) {
    known.removeIf(since -> since.index() <= index);
    known.add(0, new Since(index, membership));
  }

  private Since last() {
    return known.get(known.size() - 1);
  }
}
