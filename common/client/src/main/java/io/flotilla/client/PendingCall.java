package io.flotilla.client;

import io.flotilla.base.check.Check;
import io.flotilla.base.shard.KeySlot;
import io.flotilla.client.FlotillaException.Code;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One call until its final answer: the request, its name, and what is known of its attempts. Owned
 * by the loop once submitted.
 */
final class PendingCall extends DueHeap.Entry {
  /** Attempts whose late answers are still listened for; of older ones nothing is ever known. */
  static final int OPEN_MAX = 4;

  private static final int UNPLACED = -1;

  /** Receives the final answer, on the loop. */
  interface Completion {
    /** The cluster answered. */
    void answered(Outcome outcome);

    /** There is no answer. */
    void failed(FlotillaException failure);
  }

  /** The name of a mutation: which session, which number. */
  record Name(Session session, long seq) {}

  /** The request proper; an attempt fills in the rest when it leaves. */
  final Operation.Builder request;

  final boolean isMutation;
  final Completion completion;
  private final int slot;
  private final List<Attempt> open = new ArrayList<>(1);
  private Optional<Name> name = Optional.empty();
  private Code lastRefusal = Code.UNAVAILABLE;
  private int shard = UNPLACED;
  private int shardCount;
  private int attempts;
  private boolean isUnanswered;
  private boolean isDone;

  PendingCall(
      Operation.Builder request,
      boolean isMutation,
      int slot,
      long deadlineNanos,
      Completion completion) {
    super(deadlineNanos);
    this.request = request;
    this.isMutation = isMutation;
    this.slot = slot;
    this.completion = completion;
  }

  /** The number of shards, which never changes, has become known. */
  void place(int count) {
    shardCount = count;
    shard = slot / (KeySlot.SLOTS / count);
  }

  /** The shard of this call, once placed. */
  int shard() {
    Check.that(shard != UNPLACED, "no map was there to place the call");
    return shard;
  }

  int shardCount() {
    return shardCount;
  }

  Optional<Name> name() {
    return name;
  }

  void name(Name given) {
    name = Optional.of(given);
  }

  /** The operation id of earlier attempts is void; only allowed while all were refused. */
  void forgetName() {
    Check.that(!mayHaveHappened(), "an operation that may have happened gets a second name");
    endName();
    name = Optional.empty();
  }

  int attempts() {
    return attempts;
  }

  boolean isDone() {
    return isDone;
  }

  /** The final answer is there. Returns the attempts that nobody needs to listen for any more. */
  List<Attempt> done() {
    isDone = true;
    endName();
    return open;
  }

  /** Another attempt begins. Returns those that are too old to be listened for any longer. */
  List<Attempt> attempted(Attempt attempt) {
    attempts++;
    lastRefusal = Code.UNAVAILABLE;
    open.add(attempt);
    if (open.size() <= OPEN_MAX) {
      return List.of();
    }
    unanswered();
    return List.of(open.remove(0));
  }

  /** The attempt was answered, or never left, or its stream broke: no more is to come from it. */
  void over(Attempt attempt) {
    open.remove(attempt);
  }

  /** The attempt was sent and its answer will never come, or was "unknown". */
  void unanswered() {
    isUnanswered |= isMutation;
  }

  /** What the latest refusal means to the caller if nothing better comes. */
  void refused(Code code) {
    lastRefusal = code;
  }

  /**
   * Whether an attempt may have been executed, or may be yet: it was sent, and neither answered nor
   * refused.
   */
  boolean mayHaveHappened() {
    if (!isUnanswered && isMutation) {
      for (Attempt attempt : open) {
        if (attempt.isSent()) {
          return true;
        }
      }
    }
    return isUnanswered;
  }

  /**
   * What its caller hears when there will be no more attempts. One attempt without an answer makes
   * the outcome unknown whatever later attempts said.
   *
   * @param why what put an end to it
   */
  FlotillaException given(String why) {
    if (mayHaveHappened()) {
      return new FlotillaException(
          Code.UNKNOWN_OUTCOME, why + " before there was an answer; it may have taken effect");
    }
    return new FlotillaException(lastRefusal, why + "; nothing was changed" + reason());
  }

  private String reason() {
    return switch (lastRefusal) {
      case BUSY -> ": a bound of the cluster or the session is reached";
      case SESSION_EXPIRED -> ": the session has expired";
      default -> attempts == 0 ? ": no node to send it to was found" : "";
    };
  }

  private void endName() {
    name.ifPresent(given -> given.session().end(shard, given.seq()));
  }
}
