package io.flotilla.shardctrler.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.internal.v1.ControllerAnswer;
import io.flotilla.internal.v1.ControllerCall;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Passes calls on to the controller's leader: one hop, because what arrives passed on is never
 * passed on again. A controller that says it does not lead has done nothing, so the next one may be
 * asked; one that does not answer at all may have done it. Owned by the loop.
 */
final class ControllerForwarder {
  private static final long QUESTION_NANOS = 1_000_000_000L;

  private final EventLoop loop;
  private final Rpc rpc;
  private final Supplier<List<String>> controllers;
  private final TreeSet<String> silent = new TreeSet<>();
  private String leader = "";

  /**
   * @param controllers client addresses of the nodes that hold the controller, as known now
   */
  ControllerForwarder(EventLoop loop, Rpc rpc, Supplier<List<String>> controllers) {
    this.loop = loop;
    this.rpc = rpc;
    this.controllers = controllers;
  }

  /**
   * Passes {@code call} on.
   *
   * @param hint client address of the leader; empty to use the last one known
   */
  void forward(Call call, String hint, RpcReply reply) {
    new Attempt(call, hint.isEmpty() ? leader : hint, reply).next();
  }

  /** Whoever did not answer when asked last comes last, or it would eat up every call's time. */
  private List<String> lineUp() {
    List<String> known = controllers.get();
    silent.retainAll(known);
    List<String> line = new ArrayList<>(known);
    line.removeAll(silent);
    line.addAll(silent);
    return line;
  }

  private final class Attempt implements RpcReply {
    private final Call call;
    private final RpcReply reply;
    private final ByteString wrapped;
    private final long deadline;
    private final List<String> untried;
    private String asked = "";
    private int triesLeft;

    Attempt(Call call, String first, RpcReply reply) {
      this.call = call;
      this.reply = reply;
      this.deadline = loop.nanoTime() + call.remainingNanos();
      this.untried = lineUp();
      // Leadership may move while we look for it; past this the caller has to come again.
      this.triesLeft = 2 * untried.size() + 2;
      this.wrapped =
          ControllerCall.newBuilder()
              .setMethod(call.method())
              .setRequest(call.request())
              .build()
              .toByteString();
      if (!silent.contains(first)) {
        prefer(first);
      }
    }

    void next() {
      long remaining = deadline - loop.nanoTime();
      if (untried.isEmpty() || triesLeft-- == 0 || remaining <= 0) {
        leader = "";
        reply.fail(Failures.unavailable("no node leads the controller at the moment"));
        return;
      }
      asked = untried.remove(0);
      rpc.ask(asked, Methods.FORWARD, wrapped, patience(remaining), this);
    }

    @Override
    public void answer(ByteString response) {
      loop.execute(() -> answered(response));
    }

    @Override
    public void fail(RpcFailure failure) {
      loop.execute(() -> failed(failure));
    }

    /**
     * A change waits as long as its caller: asking anybody else could do it twice. A question
     * leaves half of its time to the others.
     */
    private long patience(long remaining) {
      if (call.method().equals(Methods.WATCH_AFTER)) {
        return Math.min(remaining, Watchers.HOLD_NANOS_MAX + QUESTION_NANOS);
      }
      return Methods.isQuestion(call.method())
          ? Math.min((remaining + 1) / 2, 2 * QUESTION_NANOS)
          : remaining;
    }

    private void answered(ByteString bytes) {
      silent.remove(asked);
      try {
        ControllerAnswer answer = ControllerAnswer.parseFrom(bytes);
        switch (answer.getResultCase()) {
          case ANSWER -> {
            leader = asked;
            reply.answer(answer.getAnswer());
          }
          case ELSEWHERE -> {
            prefer(answer.getElsewhere().getAddress());
            next();
          }
          case INVALID -> reply.fail(Failures.invalid(answer.getInvalid()));
          case BUSY -> reply.fail(Failures.busy(answer.getBusy()));
          case UNKNOWN -> reply.fail(Failures.unknown(answer.getUnknown()));
          case RESULT_NOT_SET -> lost("the controller's answer is empty");
        }
      } catch (InvalidProtocolBufferException malformed) {
        lost("the controller's answer is malformed");
      }
    }

    private void failed(RpcFailure failure) {
      if (failure.code() == RpcFailure.Code.NO_ANSWER || failure.code() == RpcFailure.Code.UNSENT) {
        silent.add(asked);
      }
      if (failure.isDefinite() || Methods.isQuestion(call.method())) {
        next();
      } else {
        lost(failure.message());
      }
    }

    private void lost(String why) {
      reply.fail(
          Methods.isQuestion(call.method()) ? Failures.unavailable(why) : Failures.unknown(why));
    }

    private void prefer(String address) {
      if (!address.isEmpty() && !address.equals(asked)) {
        untried.remove(address);
        untried.add(0, address);
      }
    }
  }
}
