package io.flotilla.shardkv.service;

import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import java.util.function.Consumer;

/**
 * One call under way on this node.
 *
 * @param request what is asked
 * @param deadlineNanos on this node's clock: past it the call is dropped unproposed
 * @param answer takes the outcome, once, on the loop
 */
record PendingOperation(Operation request, long deadlineNanos, Consumer<Outcome> answer) {
  void complete(Outcome outcome) {
    answer.accept(outcome.toBuilder().setCall(request.getCall()).build());
  }

  int sizeBytes() {
    return request.getSerializedSize();
  }
}
