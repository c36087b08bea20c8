package io.flotilla.shardkv.node;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.raft.host.Seams;
import java.util.List;
import java.util.function.Consumer;

/** Questions to the controller, at one of its nodes after the other. Owned by the loop. */
final class ControllerCalls {
  private static final long ASK_NANOS = 1_000_000_000L;

  private final Seams seams;
  private final List<String> controllers;
  private int turn;

  ControllerCalls(Seams seams, List<String> controllers) {
    this.seams = seams;
    this.controllers = List.copyOf(controllers);
  }

  /** Asks once; the next question goes elsewhere if this one has no answer. */
  void ask(
      String method,
      ByteString request,
      Consumer<ByteString> then,
      Consumer<RpcFailure> otherwise) {
    String address = controllers.get(Math.floorMod(turn, controllers.size()));
    seams
        .rpc()
        .ask(
            address,
            method,
            request,
            ASK_NANOS,
            new RpcReply() {
              @Override
              public void answer(ByteString response) {
                seams.loop().execute(() -> then.accept(response));
              }

              @Override
              public void fail(RpcFailure failure) {
                seams
                    .loop()
                    .execute(
                        () -> {
                          turn++;
                          otherwise.accept(failure);
                        });
              }
            });
  }
}
