package io.flotilla.shardkv.store;

import io.flotilla.base.check.Check;

/**
 * One generation of one shard's rows. A shard that leaves and comes back gets a new one, so that
 * dropping the old rows can never touch the new.
 *
 * @param shard which shard
 * @param epoch the configuration epoch the rows arrived under
 */
public record Namespace(int shard, long epoch) implements Comparable<Namespace> {
  public Namespace {
    Check.that(shard >= 0, "shard %d", shard);
  }

  @Override
  public int compareTo(Namespace other) {
    int byShard = Integer.compare(shard, other.shard);
    return byShard != 0 ? byShard : Long.compare(epoch, other.epoch);
  }
}
