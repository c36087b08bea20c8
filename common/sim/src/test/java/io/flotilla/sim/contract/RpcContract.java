package io.flotilla.sim.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcFailure.Code;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.rpc.RpcServer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What every {@link Rpc} and {@link RpcServer} do about questions. */
public abstract class RpcContract {
  private static final String METHOD = "flotilla.test.Echo/Ask";
  private static final long LONG = TimeUnit.SECONDS.toNanos(30);

  /** Starts a server with these methods and returns its address. */
  protected abstract String serve(Consumer<RpcServer> bindings);

  /** Ends the server at {@code address} abruptly, as a killed process ends. */
  protected abstract void stop(String address);

  /** An address where nobody listens. */
  protected abstract String deadAddress();

  /** The asking side. */
  protected abstract Rpc rpc();

  /** Lets the world go on until {@code condition} holds; fails if it does not in bounded time. */
  protected abstract void await(BooleanSupplier condition);

  @Test
  void anAnswerReachesItsAsker() {
    List<Call> calls = new CopyOnWriteArrayList<>();
    String address =
        serve(
            server ->
                server.bind(
                    METHOD,
                    (call, reply) -> {
                      calls.add(call);
                      reply.answer(call.request().concat(ByteString.copyFromUtf8("!")));
                    }));
    Outcome outcome = ask(address, METHOD, "hello", LONG);
    await(outcome::isDone);
    assertThat(outcome.answers).containsExactly(ByteString.copyFromUtf8("hello!"));
    assertThat(calls).hasSize(1);
    assertThat(calls.get(0).method()).isEqualTo(METHOD);
    assertThat(calls.get(0).request().toStringUtf8()).isEqualTo("hello");
    assertThat(calls.get(0).remainingNanos()).isPositive().isLessThanOrEqualTo(LONG);
    assertThat(calls.get(0).caller()).isNotEmpty();
  }

  @Test
  void emptyAndLargeMessagesArriveWhole() {
    String address = serve(server -> server.bind(METHOD, (c, reply) -> reply.answer(c.request())));
    Outcome empty = ask(address, METHOD, "", LONG);
    Outcome large = ask(address, METHOD, "x".repeat(3 << 20), LONG);
    await(() -> empty.isDone() && large.isDone());
    assertThat(empty.answers).containsExactly(ByteString.EMPTY);
    assertThat(large.answers).hasSize(1);
    assertThat(large.answers.get(0).size()).isEqualTo(3 << 20);
  }

  @Test
  void answersMayComeLateAndInAnyOrder() {
    List<RpcReply> waiting = new CopyOnWriteArrayList<>();
    String address = serve(server -> server.bind(METHOD, (call, reply) -> waiting.add(reply)));
    Outcome first = ask(address, METHOD, "1", LONG);
    await(() -> waiting.size() == 1);
    Outcome second = ask(address, METHOD, "2", LONG);
    await(() -> waiting.size() == 2);
    waiting.get(1).answer(ByteString.copyFromUtf8("second"));
    await(second::isDone);
    assertThat(first.isDone()).isFalse();
    waiting.get(0).answer(ByteString.copyFromUtf8("first"));
    await(first::isDone);
    assertThat(first.answers.get(0).toStringUtf8()).isEqualTo("first");
    assertThat(second.answers.get(0).toStringUtf8()).isEqualTo("second");
  }

  @Test
  void everyAnsweredFailureKeepsItsCodeAndMessage() {
    String address =
        serve(
            server ->
                server.bind(
                    METHOD,
                    (call, reply) -> {
                      Code code = Code.valueOf(call.request().toStringUtf8());
                      reply.fail(new RpcFailure(code, "because of " + code));
                    }));
    for (Code code : Code.values()) {
      Outcome outcome = ask(address, METHOD, code.name(), LONG);
      await(outcome::isDone);
      // A receiver that says UNSENT speaks of its own onward call: for us that is "did nothing".
      Code expected = code == Code.UNSENT ? Code.UNAVAILABLE : code;
      assertThat(outcome.failure().code()).isEqualTo(expected);
      assertThat(outcome.failure().message()).contains("because of " + code);
    }
  }

  @Test
  void aMethodNobodyBoundIsUnimplemented() {
    String address = serve(server -> server.bind(METHOD, (c, reply) -> reply.answer(c.request())));
    Outcome outcome = ask(address, "flotilla.test.Echo/Missing", "", LONG);
    Outcome other = ask(address, "flotilla.test.Other/Ask", "", LONG);
    await(() -> outcome.isDone() && other.isDone());
    assertThat(outcome.failure().code()).isEqualTo(Code.UNIMPLEMENTED);
    assertThat(other.failure().code()).isEqualTo(Code.UNIMPLEMENTED);
  }

  @Test
  void aQuestionToNobodyIsUnsent() {
    Outcome outcome = ask(deadAddress(), METHOD, "", LONG);
    await(outcome::isDone);
    assertThat(outcome.failure().code()).isEqualTo(Code.UNSENT);
  }

  @Test
  void silenceIsNoAnswerOnceTheTimeIsOver() {
    List<RpcReply> waiting = new CopyOnWriteArrayList<>();
    String address = serve(server -> server.bind(METHOD, (call, reply) -> waiting.add(reply)));
    Outcome warm = ask(address, METHOD, "", LONG);
    await(() -> waiting.size() == 1);
    Outcome outcome = ask(address, METHOD, "", TimeUnit.MILLISECONDS.toNanos(200));
    await(outcome::isDone);
    assertThat(outcome.failure().code()).isEqualTo(Code.NO_ANSWER);
    // The late answer goes nowhere, and hurts nobody.
    await(() -> waiting.size() == 2);
    waiting.get(1).answer(ByteString.copyFromUtf8("late"));
    waiting.get(0).answer(ByteString.copyFromUtf8("in time"));
    await(warm::isDone);
    assertThat(outcome.answers).isEmpty();
    assertThat(outcome.failures).hasSize(1);
  }

  @Test
  void aServerThatDiesLeavesItsQuestionsWithoutAnswer() {
    List<RpcReply> waiting = new CopyOnWriteArrayList<>();
    String address = serve(server -> server.bind(METHOD, (call, reply) -> waiting.add(reply)));
    Outcome outcome = ask(address, METHOD, "", LONG);
    await(() -> waiting.size() == 1);
    stop(address);
    await(outcome::isDone);
    assertThat(outcome.failure().code()).isEqualTo(Code.NO_ANSWER);
    Outcome later = ask(address, METHOD, "", LONG);
    await(later::isDone);
    assertThat(later.failure().isDefinite()).isTrue();
  }

  private Outcome ask(String address, String method, String request, long timeoutNanos) {
    Outcome outcome = new Outcome();
    rpc().ask(address, method, ByteString.copyFromUtf8(request), timeoutNanos, outcome);
    return outcome;
  }

  /** Collects what came back, also what must not come twice. */
  private static final class Outcome implements RpcReply {
    final List<ByteString> answers = new CopyOnWriteArrayList<>();
    final List<RpcFailure> failures = new CopyOnWriteArrayList<>();

    @Override
    public void answer(ByteString response) {
      answers.add(response);
    }

    @Override
    public void fail(RpcFailure failure) {
      failures.add(failure);
    }

    boolean isDone() {
      return !answers.isEmpty() || !failures.isEmpty();
    }

    RpcFailure failure() {
      assertThat(answers).isEmpty();
      assertThat(failures).hasSize(1);
      return failures.get(0);
    }
  }
}
