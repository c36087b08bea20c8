package io.flotilla.shardctrler.service;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.internal.v1.ControllerAnswer;

/** Wraps what the leader answers, so that the node that passed the call on can tell it exactly. */
final class ForwardedReply implements RpcReply {
  private final RpcReply reply;
  private final Backend backend;

  ForwardedReply(RpcReply reply, Backend backend) {
    this.reply = reply;
    this.backend = backend;
  }

  @Override
  public void answer(ByteString response) {
    send(ControllerAnswer.newBuilder().setAnswer(response));
  }

  @Override
  public void fail(RpcFailure failure) {
    switch (failure.code()) {
      case INVALID_ARGUMENT, UNIMPLEMENTED ->
          send(ControllerAnswer.newBuilder().setInvalid(failure.message()));
      case BUSY -> send(ControllerAnswer.newBuilder().setBusy(failure.message()));
      case UNSENT, UNAVAILABLE -> elsewhere();
      case NO_ANSWER, UNKNOWN_OUTCOME, SESSION_EXPIRED ->
          send(ControllerAnswer.newBuilder().setUnknown(failure.message()));
    }
  }

  /** Nothing was done here; the leader may be somewhere else. */
  void elsewhere() {
    send(
        ControllerAnswer.newBuilder()
            .setElsewhere(
                ControllerAnswer.Elsewhere.newBuilder().setAddress(backend.leaderAddress())));
  }

  private void send(ControllerAnswer.Builder answer) {
    reply.answer(answer.build().toByteString());
  }
}
