package io.flotilla.shardkv.move;

import io.flotilla.base.runtime.Timeout;
import java.util.Optional;

/** A shard being driven: one chain of steps for each, however often it is woken. By the loop. */
final class Chain {
  final Place place;
  Optional<Timeout> timer = Optional.empty();
  int waits;

  /** How long the destination took for the last piece. */
  long tripNanos;

  /** How often the pause would have been too long. */
  int refusals;

  boolean isTrimming;

  Chain(Place place) {
    this.place = place;
  }

  /** A shard of a group. */
  record Place(int gid, int shard) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int byGroup = Integer.compare(gid, other.gid);
      return byGroup != 0 ? byGroup : Integer.compare(shard, other.shard);
    }
  }
}
