package io.flotilla.shardkv.group;

import java.util.List;

/**
 * What a run of the model contains.
 *
 * @param moves at most, one after the other
 * @param changes the operations of one session, in the order of their numbers, all of one key
 * @param attempts at most, an operation
 * @param blocks how far expireBefore rises; the session is of the block before the last
 * @param isNew whether the shard starts without an owner
 * @param leaves whether one group may leave and come back once
 * @param givesUp whether the client may stop waiting and conclude at any time
 * @param mutant what is broken
 * @param healEvery which of the states are healed
 */
record ModelConfig(
    int moves,
    List<Change> changes,
    int attempts,
    int blocks,
    boolean isNew,
    boolean leaves,
    boolean givesUp,
    Mutant mutant,
    int healEvery) {
  static final Change APPEND = new Change.Append(TestGroup.bytes("x"));
  static final Change DELETE = new Change.Delete();

  static ModelConfig of(int moves, Change... changes) {
    return new ModelConfig(moves, List.of(changes), 2, 0, false, false, true, Mutant.NONE, 1);
  }

  ModelConfig attempts(int most) {
    return new ModelConfig(moves, changes, most, blocks, isNew, leaves, givesUp, mutant, healEvery);
  }

  ModelConfig expiring(int most) {
    return new ModelConfig(
        moves, changes, attempts, most, isNew, leaves, givesUp, mutant, healEvery);
  }

  ModelConfig fromNone() {
    return new ModelConfig(
        moves, changes, attempts, blocks, true, leaves, givesUp, mutant, healEvery);
  }

  ModelConfig leaving() {
    return new ModelConfig(
        moves, changes, attempts, blocks, isNew, true, givesUp, mutant, healEvery);
  }

  ModelConfig patient() {
    return new ModelConfig(
        moves, changes, attempts, blocks, isNew, leaves, false, mutant, healEvery);
  }

  ModelConfig breaking(Mutant rule) {
    return new ModelConfig(
        moves, changes, attempts, blocks, isNew, leaves, givesUp, rule, healEvery);
  }

  ModelConfig healingEvery(int nth) {
    return new ModelConfig(moves, changes, attempts, blocks, isNew, leaves, givesUp, mutant, nth);
  }

  long session() {
    return (long) Math.max(0, blocks - 1) << OpId.OFFSET_BITS | 1;
  }
}
