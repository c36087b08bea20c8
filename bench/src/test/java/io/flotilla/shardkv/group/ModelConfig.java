package io.flotilla.shardkv.group;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * What a run of the model contains.
 *
 * @param moves at most, one after the other
 * @param changes the operations of one session, in the order of their numbers
 * @param keys that they change in turn, at most 2
 * @param remembered changes a source remembers at most
 * @param attempts at most, an operation
 * @param blocks how often expireBefore rises; the session is of the last block that ends
 * @param isNew whether the shard starts without an owner
 * @param leaves whether one group may leave and come back once
 * @param givesUp whether the client may stop waiting and conclude at any time
 * @param mutant what is broken
 * @param healEvery which of the states are healed
 */
record ModelConfig(
    int moves,
    List<Change> changes,
    int keys,
    int remembered,
    int attempts,
    int blocks,
    boolean isNew,
    boolean leaves,
    boolean givesUp,
    Mutant mutant,
    int healEvery) {
  static final Change APPEND = new Change.Append(ByteString.copyFromUtf8("x"));
  static final Change DELETE = new Change.Delete();

  static ModelConfig of(int moves, Change... changes) {
    return new ModelConfig(
        moves, List.of(changes), 1, 100, 2, 0, false, false, true, Mutant.NONE, 1);
  }

  ModelConfig attempts(int most) {
    return new ModelConfig(
        moves, changes, keys, remembered, most, blocks, isNew, leaves, givesUp, mutant, healEvery);
  }

  ModelConfig ofKeys(int count) {
    return new ModelConfig(
        moves,
        changes,
        count,
        remembered,
        attempts,
        blocks,
        isNew,
        leaves,
        givesUp,
        mutant,
        healEvery);
  }

  ModelConfig remembering(int most) {
    return new ModelConfig(
        moves, changes, keys, most, attempts, blocks, isNew, leaves, givesUp, mutant, healEvery);
  }

  ModelConfig expiring(int most) {
    return new ModelConfig(
        moves,
        changes,
        keys,
        remembered,
        attempts,
        most,
        isNew,
        leaves,
        givesUp,
        mutant,
        healEvery);
  }

  ModelConfig fromNone() {
    return new ModelConfig(
        moves,
        changes,
        keys,
        remembered,
        attempts,
        blocks,
        true,
        leaves,
        givesUp,
        mutant,
        healEvery);
  }

  ModelConfig leaving() {
    return new ModelConfig(
        moves,
        changes,
        keys,
        remembered,
        attempts,
        blocks,
        isNew,
        true,
        givesUp,
        mutant,
        healEvery);
  }

  ModelConfig patient() {
    return new ModelConfig(
        moves,
        changes,
        keys,
        remembered,
        attempts,
        blocks,
        isNew,
        leaves,
        false,
        mutant,
        healEvery);
  }

  ModelConfig breaking(Mutant rule) {
    return new ModelConfig(
        moves,
        changes,
        keys,
        remembered,
        attempts,
        blocks,
        isNew,
        leaves,
        givesUp,
        rule,
        healEvery);
  }

  ModelConfig healingEvery(int nth) {
    return new ModelConfig(
        moves, changes, keys, remembered, attempts, blocks, isNew, leaves, givesUp, mutant, nth);
  }

  MoveSizes sizes() {
    return new MoveSizes(MoveSizes.DEFAULT.pieceBytes(), 50L * remembered);
  }

  /** Number of the key that an operation changes. */
  int key(int op) {
    return op % keys;
  }

  /** Ids of moves that are used; a shard with an owner has got it by the first. */
  int moveIds() {
    return moves + (isNew ? 0 : 1);
  }

  /** Id of the first move of which the order of events is searched. */
  int firstMove() {
    return isNew ? 1 : 2;
  }

  long session() {
    return (long) Math.max(1, blocks) << OpId.OFFSET_BITS | 1;
  }
}
