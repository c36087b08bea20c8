package io.flotilla.shardctrler.service;

import com.google.protobuf.ByteString;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcReply;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.base.shard.NodeAddress;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Asks all nodes the same thing at once. Owned by the loop. */
final class Survey {
  /** A node that has not answered by then counts as not reachable. */
  private static final long TIMEOUT_NANOS = 1_000_000_000L;

  private final EventLoop loop;
  private final Rpc rpc;

  Survey(EventLoop loop, Rpc rpc) {
    this.loop = loop;
    this.rpc = rpc;
  }

  /** {@code then} hears the answers by node id, without those that did not answer. */
  void ask(
      Collection<NodeAddress> nodes, String method, Consumer<SortedMap<Integer, ByteString>> then) {
    List<NodeAddress> asked = List.copyOf(nodes);
    if (asked.isEmpty()) {
      then.accept(new TreeMap<>());
    }
    Answers answers = new Answers(asked.size(), then);
    for (NodeAddress node : asked) {
      rpc.ask(
          node.client(),
          method,
          ByteString.EMPTY,
          TIMEOUT_NANOS,
          new RpcReply() {
            @Override
            public void answer(ByteString response) {
              loop.execute(
                  () -> {
                    answers.byNode.put(node.node(), response);
                    answers.count();
                  });
            }

            @Override
            public void fail(RpcFailure failure) {
              loop.execute(answers::count);
            }
          });
    }
  }

  private static final class Answers {
    private final TreeMap<Integer, ByteString> byNode = new TreeMap<>();
    private final Consumer<SortedMap<Integer, ByteString>> then;
    private int open;

    Answers(int open, Consumer<SortedMap<Integer, ByteString>> then) {
      this.open = open;
      this.then = then;
    }

    void count() {
      open--;
      if (open == 0) {
        then.accept(byNode);
      }
    }
  }
}
