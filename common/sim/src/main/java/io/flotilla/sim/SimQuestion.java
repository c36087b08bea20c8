package io.flotilla.sim;

import com.google.protobuf.ByteString;
import io.flotilla.base.check.Check;
import io.flotilla.base.rpc.Call;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;

/** One question on its way there and back: delivered at most once, answered exactly once. */
final class SimQuestion {
  private final SimNetwork network;
  private final Simulation simulation;
  private final SimNode asker;
  private final Life askerLife;
  private final String address;
  private final String method;
  private final ByteString request;
  private final RpcReply reply;
  private final long timeoutNanos;
  private final long deadlineNanos;
  private boolean settled;

  /** What the server's handler completes; tells the asker if the server dies before that. */
  private final class Answering implements RpcReply, Life.Connection {
    private final SimNode server;
    private final Life serverLife;
    private boolean completed;

    Answering(SimNode server, Life serverLife) {
      this.server = server;
      this.serverLife = serverLife;
    }

    @Override
    public void answer(ByteString response) {
      complete(response, () -> reply.answer(response));
    }

    @Override
    public void fail(RpcFailure failure) {
      // A server that says UNSENT speaks of its own onward call: for the asker it did nothing.
      RpcFailure seen =
          failure.code() == RpcFailure.Code.UNSENT
              ? new RpcFailure(RpcFailure.Code.UNAVAILABLE, failure.message())
              : failure;
      complete(ByteString.EMPTY, () -> reply.fail(seen));
    }

    @Override
    public void ended(Life dead, boolean silently) {
      if (!completed && !silently) {
        back(server, dead, ByteString.EMPTY, () -> reply.fail(noAnswer("connection reset")));
      }
    }

    @Override
    public void cut(int from, int to) {}

    private void complete(ByteString response, Runnable outcome) {
      Check.that(!completed, "%s answered twice", method);
      completed = true;
      serverLife.forget(this);
      if (serverLife.isAlive() && !network.isLost()) {
        back(server, serverLife, response, outcome);
      }
    }
  }

  SimQuestion(
      SimNetwork network,
      SimNode asker,
      String address,
      String method,
      ByteString request,
      long timeoutNanos,
      RpcReply reply) {
    this.network = network;
    this.simulation = network.simulation();
    this.asker = asker;
    this.askerLife = asker.life();
    this.address = address;
    this.method = method;
    this.request = request;
    this.reply = reply;
    this.timeoutNanos = timeoutNanos;
    this.deadlineNanos = simulation.now() + asker.clock().toVirtual(Math.max(0, timeoutNanos));
  }

  void send() {
    simulation.schedule(
        deadlineNanos,
        askerLife,
        "ask timeout",
        0,
        () -> settle(() -> reply.fail(noAnswer("timed out"))));
    if (!network.isLost()) {
      long arrival =
          simulation.now() + network.delayNanos(request.size()) + network.longDelayNanos();
      network.carry(askerLife, arrival, "ask", request, this::arrived);
    }
  }

  private void arrived() {
    if (settled && simulation.now() > deadlineNanos && network.random().nextBoolean()) {
      // The asker gave up meanwhile and its cancellation overtook the question, or it did not.
      return;
    }
    if (network.serverAt(address).isEmpty()) {
      settleSoon(new RpcFailure(RpcFailure.Code.UNSENT, "unknown address " + address));
      return;
    }
    SimRpcServer server = network.serverAt(address).get();
    if (network.isCut(asker.ordinal(), server.node().ordinal())) {
      return;
    }
    if (!server.isOpen()) {
      refused(server);
    } else if (server.handler(method).isEmpty()) {
      RpcFailure unknown = new RpcFailure(RpcFailure.Code.UNIMPLEMENTED, method);
      back(server.node(), server.life(), ByteString.EMPTY, () -> reply.fail(unknown));
    } else {
      Answering answering = new Answering(server.node(), server.life());
      server.life().keep(answering);
      // The timeout travels as a span, so a question that was held up looks fresh on arrival.
      Call call = new Call(method, request, timeoutNanos, asker.name());
      server.node().transport().arrive(() -> server.handler(method).get().handle(call, answering));
    }
  }

  /** A machine that runs refuses at once; one that is off says nothing. */
  private void refused(SimRpcServer server) {
    if (!server.isSilent()) {
      RpcFailure refusal = new RpcFailure(RpcFailure.Code.UNSENT, "connection refused");
      back(server.node(), askerLife, ByteString.EMPTY, () -> reply.fail(refusal));
    }
  }

  private void back(SimNode from, Life fromLife, ByteString response, Runnable outcome) {
    long arrival =
        simulation.now() + network.delayNanos(response.size()) + network.longDelayNanos();
    network.carry(
        fromLife,
        arrival,
        "answer",
        response,
        () -> {
          if (!network.isCut(from.ordinal(), asker.ordinal())) {
            settle(outcome);
          }
        });
  }

  private void settleSoon(RpcFailure failure) {
    settle(() -> reply.fail(failure));
  }

  private void settle(Runnable outcome) {
    if (!settled && askerLife.isAlive()) {
      settled = true;
      asker.transport().arrive(outcome);
    }
  }

  private static RpcFailure noAnswer(String why) {
    return new RpcFailure(RpcFailure.Code.NO_ANSWER, why);
  }
}
