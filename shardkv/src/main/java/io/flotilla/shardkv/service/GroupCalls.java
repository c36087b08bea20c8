package io.flotilla.shardkv.service;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.shard.GroupMembers;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Questions to the leader of another group: remembers who leads, goes on to the next member if one
 * does not answer. Every question asked this way is idempotent. Owned by the loop.
 */
final class GroupCalls {
  private static final long ASK_NANOS = 1_000_000_000L;

  private final EventLoop loop;
  private final Rpc rpc;
  private final Leaders leaders = new Leaders();

  GroupCalls(EventLoop loop, Rpc rpc) {
    this.loop = loop;
    this.rpc = rpc;
  }

  /** Asks once, where the leader is believed to be; {@code then} gets the answer, if any. */
  void ask(
      GroupMembers group, String method, ByteString request, Consumer<Optional<ByteString>> then) {
    rpc.ask(
        leaders.guess(group).client(),
        method,
        request,
        ASK_NANOS,
        new RpcReply() {
          @Override
          public void answer(ByteString response) {
            loop.execute(() -> then.accept(Optional.of(response)));
          }

          @Override
          public void fail(RpcFailure failure) {
            loop.execute(
                () -> {
                  leaders.failed(group);
                  then.accept(Optional.empty());
                });
          }
        });
  }

  /** The member asked last does not lead; {@code leader} does, or 0 if it knows nobody. */
  void notLeader(GroupMembers group, int leader) {
    leaders.notLeader(group, leader);
  }
}
