package io.flotilla.client;

import io.flotilla.base.check.Check;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.client.FlotillaException.Code;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import java.util.Optional;

/**
 * One call until its final answer: the request, its name, and what is known of its attempts. Owned
 * by the loop once submitted.
 */
final class PendingCall {
  /** Receives the final answer, on the loop. */
  interface Completion {
    /** The cluster answered. */
    void answered(Outcome outcome);

    /** There is no answer. */
    void failed(FlotillaException failure);
  }

  private static final int UNPLACED = -1;

  /** The name of a mutation: which session, which number. */
  record Name(Session session, long seq) {}

  final long id;
  final Operation request;
  final boolean isMutation;
  final int slot;
  final long deadlineNanos;
  final Completion completion;
  private Optional<Name> name = Optional.empty();
  private int shard = UNPLACED;
  private boolean isUnanswered;
  private boolean isUnderWay;
  private boolean isBusy;
  private int attempts;

  PendingCall(
      long id,
      Operation request,
      boolean isMutation,
      int slot,
      long deadlineNanos,
      Completion completion) {
    this.id = id;
    this.request = request;
    this.isMutation = isMutation;
    this.slot = slot;
    this.deadlineNanos = deadlineNanos;
    this.completion = completion;
  }

  /** The number of shards, which never changes, has become known. */
  void place(int shardCount) {
    shard = slot / (KeySlot.SLOTS / shardCount);
  }

  /** The shard of this call, once placed. */
  int shard() {
    Check.that(shard != UNPLACED, "no map was there to place the call");
    return shard;
  }

  Optional<Name> name() {
    return name;
  }

  void name(Name given) {
    name = Optional.of(given);
  }

  /** The operation id of earlier attempts is void; only allowed while all were refused. */
  void forgetName() {
    end();
    name = Optional.empty();
  }

  /** Tells the session that no retry will follow. */
  void end() {
    name.ifPresent(given -> given.session().end(shard, given.seq()));
  }

  int attempts() {
    return attempts;
  }

  void attempted() {
    attempts++;
    isBusy = false;
    isUnderWay = true;
  }

  /** The attempt under way was definitely refused, or never left. */
  void refused() {
    isUnderWay = false;
  }

  /** The attempt under way was sent and its answer will never come, or was "unknown". */
  void unanswered() {
    isUnderWay = false;
    isUnanswered |= isMutation;
  }

  boolean isUnanswered() {
    return isUnanswered;
  }

  /** The last attempt was refused because a bound was reached. */
  void busy() {
    isBusy = true;
  }

  /**
   * What its caller hears when time is up. One attempt without an answer makes the outcome unknown
   * whatever later attempts said: it may have been executed, or may be yet.
   */
  FlotillaException expired() {
    if (isUnanswered || (isUnderWay && isMutation)) {
      return new FlotillaException(
          Code.UNKNOWN_OUTCOME, "no answer within the deadline; it may have taken effect");
    }
    return isBusy
        ? new FlotillaException(Code.BUSY, "the cluster is over a bound; nothing was changed")
        : new FlotillaException(Code.UNAVAILABLE, "not reached within the deadline");
  }
}
