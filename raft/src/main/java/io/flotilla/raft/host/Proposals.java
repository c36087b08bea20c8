package io.flotilla.raft.host;

import io.flotilla.raft.LogPosition;
import io.flotilla.raft.ProposeResult;
import io.flotilla.raft.RaftGroup.ProposeCallback;
import java.util.ArrayDeque;

/**
 * The proposals of one replica that wait to be applied, by log position. Owned by the loop.
 *
 * <p>A proposal is answered with a result only if the entry applied at its index has its term;
 * otherwise another leader has overwritten it or may yet commit it, and nobody here can say which.
 */
final class Proposals<R> {
  private record Waiting<R>(LogPosition position, ProposeCallback<R> callback) {}

  private final ArrayDeque<Waiting<R>> waiting = new ArrayDeque<>();

  /** Remembers a proposal; positions come in ascending index order. */
  void add(LogPosition position, ProposeCallback<R> callback) {
    waiting.add(new Waiting<>(position, callback));
  }

  /** The entry at {@code position} was applied with {@code result}. */
  void complete(LogPosition position, R result) {
    while (!waiting.isEmpty() && waiting.peek().position().index() < position.index()) {
      waiting.poll().callback().onResult(new ProposeResult.Unknown<>());
    }
    if (waiting.isEmpty() || waiting.peek().position().index() > position.index()) {
      return;
    }
    Waiting<R> head = waiting.remove();
    head.callback()
        .onResult(
            head.position().equals(position)
                ? new ProposeResult.Applied<>(position, result)
                : new ProposeResult.Unknown<>());
  }

  /** Leadership is gone: what was proposed may still commit under another leader, or not. */
  void lose() {
    while (!waiting.isEmpty()) {
      waiting.poll().callback().onResult(new ProposeResult.Unknown<>());
    }
  }
}
