package io.flotilla.client;

import static io.flotilla.client.FakeCluster.SECOND;
import static io.flotilla.client.FakeCluster.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.client.FlotillaException.Code;
import io.flotilla.v1.OpId;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import io.flotilla.v1.Refusal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a caller may conclude: never "no effect" if there may have been, never two effects. */
final class OutcomeTest {
  private static final ByteString KEY = ByteString.copyFromUtf8("k");
  private static final ByteString VALUE = ByteString.copyFromUtf8("v");

  private final FakeCluster cluster = new FakeCluster(1, 1);
  private final FlotillaClient client = cluster.client();

  private CompletableFuture<Void> append() {
    return cluster.await(client.append(KEY, VALUE));
  }

  private static Code codeOf(CompletableFuture<?> future) {
    assertThat(future).isCompletedExceptionally();
    Code[] code = new Code[1];
    CompletableFuture<?> seen =
        future.whenComplete(
            (value, failure) -> {
              if (failure instanceof FlotillaException refused) {
                code[0] = refused.code();
              }
            });
    assertThat(seen).isDone();
    return code[0];
  }

  /** Refuses for ever with {@code code}. */
  private void refuse(Refusal.Code code) {
    cluster.script = (node, operation) -> Optional.of(refusal(code));
  }

  @Test
  void aCallThatOnlyHeardRefusalsNeverTookEffect() {
    for (Refusal.Code code :
        new Refusal.Code[] {
          Refusal.Code.NOT_LEADER, Refusal.Code.WRONG_OWNER, Refusal.Code.UNAVAILABLE
        }) {
      refuse(code);
      assertThat(codeOf(append())).as(code.name()).isEqualTo(Code.UNAVAILABLE);
    }
    refuse(Refusal.Code.BUSY);
    assertThat(codeOf(append())).isEqualTo(Code.BUSY);
    refuse(Refusal.Code.SESSION_EXPIRED);
    assertThat(codeOf(append())).isEqualTo(Code.SESSION_EXPIRED);
    refuse(Refusal.Code.INVALID_ARGUMENT);
    assertThat(codeOf(append())).isEqualTo(Code.INVALID_ARGUMENT);
  }

  @Test
  void oneUnknownAnswerOutweighsAllLaterRefusals() {
    cluster.script =
        (node, operation) ->
            Optional.of(
                refusal(cluster.received.size() == 1 ? Refusal.Code.UNKNOWN : Refusal.Code.BUSY));
    assertThat(codeOf(append())).isEqualTo(Code.UNKNOWN_OUTCOME);
  }

  @Test
  void aRefusalOfAKindNobodyKnowsPromisesNothing() {
    refuse(Refusal.Code.CODE_UNSPECIFIED);
    assertThat(codeOf(append())).isEqualTo(Code.UNKNOWN_OUTCOME);
    cluster.script = (node, operation) -> Optional.of(Outcome.getDefaultInstance());
    assertThat(codeOf(append())).isEqualTo(Code.UNKNOWN_OUTCOME);
  }

  @Test
  void lostAnswersEndAsUnknownAtTheDeadline() {
    cluster.script = (node, operation) -> Optional.empty();
    long start = cluster.simulation.now();
    assertThat(codeOf(append())).isEqualTo(Code.UNKNOWN_OUTCOME);
    assertThat(cluster.simulation.now() - start).isBetween(10 * SECOND, 10 * SECOND + SECOND / 20);
  }

  @Test
  void aReadWithoutAnswerNeverMattered() {
    cluster.script = (node, operation) -> Optional.empty();
    assertThat(codeOf(cluster.await(client.get(KEY)))).isEqualTo(Code.UNAVAILABLE);
  }

  @Test
  void retriesCarryTheSameOperationId() {
    cluster.script =
        (node, operation) -> {
          Optional<Outcome> outcome = cluster.serve(node, operation);
          return cluster.received.size() < 4 ? Optional.empty() : outcome;
        };
    assertThat(append()).isCompleted();
    assertThat(cluster.operations()).hasSizeGreaterThanOrEqualTo(4);
    assertThat(cluster.operations().stream().map(Operation::getOp).distinct()).hasSize(1);
    assertThat(cluster.executions).isEqualTo(1);
    assertThat(cluster.rows).containsEntry(KEY, VALUE);
  }

  @Test
  void anAnswerThatComesLateStillCounts() {
    cluster.simulation.runFor(SECOND);
    cluster.script =
        (node, operation) -> {
          cluster.node(1).pause(3 * SECOND);
          return cluster.serve(node, operation);
        };
    CompletableFuture<Void> late = client.append(KEY, VALUE);
    cluster.simulation.runFor(SECOND / 2);
    cluster.leaders.put(1, 0);
    cluster.script = cluster::serve;
    cluster.simulation.runFor(4 * SECOND);
    assertThat(late).isCompleted();
    assertThat(cluster.executions).isEqualTo(1);
  }

  @Test
  void firstIncompleteFollowsTheLowestCallWithoutAnAnswer() {
    assertThat(append()).isCompleted();
    cluster.script =
        (node, operation) ->
            operation.getOp().getSeq() == 2 ? Optional.empty() : cluster.serve(node, operation);
    CompletableFuture<Void> stuck = client.append(KEY, VALUE);
    for (int i = 0; i < 5; i++) {
      assertThat(append()).isCompleted();
    }
    assertThat(last().getSeq()).isEqualTo(7);
    assertThat(last().getFirstIncomplete()).isEqualTo(2);
    assertThat(codeOf(cluster.await(stuck))).isEqualTo(Code.UNKNOWN_OUTCOME);
    assertThat(append()).isCompleted();
    assertThat(last().getFirstIncomplete()).isEqualTo(8);
  }

  @Test
  void aCallWhoseSessionExpiredUnseenGetsAnotherName() {
    cluster.script =
        (node, operation) ->
            operation.getOp().getSession() == 1
                ? Optional.of(refusal(Refusal.Code.SESSION_EXPIRED))
                : cluster.serve(node, operation);
    assertThat(append()).isCompleted();
    assertThat(last().getSession()).isEqualTo(2);
    assertThat(cluster.executions).isEqualTo(1);
  }

  @Test
  void aCallThatMayHaveHappenedNeverGetsAnotherName() {
    cluster.script =
        (node, operation) -> {
          if (operation.getOp().getSession() != 1) {
            return cluster.serve(node, operation);
          }
          cluster.serve(node, operation);
          return cluster.received.size() == 1
              ? Optional.empty()
              : Optional.of(refusal(Refusal.Code.SESSION_EXPIRED));
        };
    assertThat(codeOf(append())).isEqualTo(Code.UNKNOWN_OUTCOME);
    cluster.simulation.runFor(20 * SECOND);
    assertThat(cluster.executions).isEqualTo(1);
  }

  @Test
  void aCallToldThatItsNumberIsClosedIsUnknownAtOnce() {
    refuse(Refusal.Code.STALE);
    long start = cluster.simulation.now();
    assertThat(codeOf(append())).isEqualTo(Code.UNKNOWN_OUTCOME);
    assertThat(cluster.simulation.now() - start).isLessThan(SECOND);
  }

  @Test
  void aSessionIsRenewedAtHalfOfItsSpanWithoutAPause() {
    cluster.sessionSpanNanos = 100 * SECOND;
    assertThat(append()).isCompleted();
    cluster.simulation.runFor(49 * SECOND);
    assertThat(append()).isCompleted();
    assertThat(last().getSession()).isEqualTo(1);
    cluster.simulation.runFor(2 * SECOND);
    assertThat(append()).isCompleted();
    assertThat(last().getSession()).isEqualTo(1);
    cluster.simulation.runFor(SECOND);
    assertThat(append()).isCompleted();
    assertThat(last().getSession()).isEqualTo(2);
    assertThat(last().getSeq()).isEqualTo(1);
  }

  @Test
  void moreOutstandingThanTheServersRecordWaitForRoom() {
    cluster.script = (node, operation) -> Optional.empty();
    for (int i = 0; i < Session.OUTSTANDING_MAX + 10; i++) {
      CompletableFuture<Void> call = client.append(KEY, VALUE);
      assertThat(call).isNotDone();
    }
    cluster.simulation.runFor(SECOND / 2);
    assertThat(cluster.received).hasSize(Session.OUTSTANDING_MAX);
    cluster.script = cluster::serve;
    cluster.simulation.runFor(9 * SECOND);
    assertThat(cluster.executions).isEqualTo(Session.OUTSTANDING_MAX + 10);
  }

  @Test
  void aTinyDeadlineIsKeptAndSendsNothing() {
    FlotillaClient hasty = cluster.client(Duration.ofNanos(1), 10);
    assertThat(codeOf(cluster.await(hasty.append(KEY, VALUE)))).isEqualTo(Code.UNAVAILABLE);
    assertThat(cluster.received).isEmpty();
  }

  @Test
  void anHourIsWaitedIfAskedFor() {
    cluster.script = (node, operation) -> Optional.of(refusal(Refusal.Code.BUSY));
    FlotillaClient patient = cluster.client(Duration.ofHours(1), 10);
    CompletableFuture<Void> call = patient.append(KEY, VALUE);
    cluster.simulation.runFor(3_599 * SECOND);
    assertThat(call).isNotDone();
    cluster.simulation.runFor(2 * SECOND);
    assertThat(codeOf(call)).isEqualTo(Code.BUSY);
  }

  @Test
  void overItsOwnBoundTheClientIsBusyAtOnce() {
    cluster.script = (node, operation) -> Optional.empty();
    FlotillaClient small = cluster.client(Duration.ofSeconds(10), 2);
    CompletableFuture<Void> first = small.append(KEY, VALUE);
    CompletableFuture<Void> second = small.append(KEY, VALUE);
    CompletableFuture<Void> third = small.append(KEY, VALUE);
    // Before the loop has run at all: a caller who never waits must hear it.
    assertThat(codeOf(third)).isEqualTo(Code.BUSY);
    assertThat(codeOf(small.scan(KEY, 1, Optional.empty()))).isEqualTo(Code.BUSY);
    cluster.simulation.runFor(SECOND / 10);
    assertThat(first).isNotDone();
    assertThat(second).isNotDone();
    cluster.script = cluster::serve;
    cluster.await(first);
    cluster.await(second);
    assertThat(cluster.await(small.append(KEY, VALUE))).isCompleted();
    assertThat(cluster.await(small.scan(KEY, 1, Optional.empty()))).isCompleted();
    assertThat(cluster.await(small.append(KEY, VALUE))).isCompleted();
    assertThat(cluster.await(small.append(KEY, VALUE))).isCompleted();
  }

  private OpId last() {
    return cluster.received.get(cluster.received.size() - 1).operation().getOp();
  }
}
