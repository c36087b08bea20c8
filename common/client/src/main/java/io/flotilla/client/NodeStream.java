package io.flotilla.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.Rpc;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcStream;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.v1.BatchRequest;
import io.flotilla.v1.BatchResponse;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The batched stream to one node. Self-clocked: what gathers while the last frame is on its way out
 * leaves as one frame when the stream is ready again; there is no timer. Owned by the loop.
 */
final class NodeStream {
  private static final String BATCH = "flotilla.v1.Kv/Batch";
  private static final int FRAME_BYTES = 1 << 20;

  /** What a stream tells its owner, on the loop. */
  interface Listener {
    /** The node answered an attempt, which is forgotten here. */
    void onOutcome(Attempt attempt, Outcome outcome);

    /** The stream is over: attempts that were sent and not answered, and those that never left. */
    void onOver(List<Attempt> unanswered, List<Attempt> unsent);
  }

  private final EventLoop loop;
  private final Listener listener;
  private final RpcStream stream;
  private final ArrayDeque<Attempt> queue = new ArrayDeque<>();
  private final AttemptTable sent = new AttemptTable();
  private int withdrawn;
  private boolean isFlushQueued;
  private boolean isOver;

  NodeStream(String address, Rpc rpc, EventLoop loop, Listener listener) {
    this.loop = loop;
    this.listener = listener;
    this.stream =
        rpc.open(
            address,
            BATCH,
            new RpcStream.Listener() {
              @Override
              public void onFrame(ByteString frame, Runnable taken) {
                loop.execute(
                    () -> {
                      received(frame);
                      taken.run();
                    });
              }

              @Override
              public void onReady() {
                loop.execute(NodeStream.this::flush);
              }

              @Override
              public void onClosed(RpcFailure reason) {
                loop.execute(() -> over(reason.code() != RpcFailure.Code.UNSENT));
              }
            });
  }

  boolean isOver() {
    return isOver;
  }

  /** Whether nothing waits to leave or for an answer. */
  boolean isIdle() {
    return queue.isEmpty() && sent.size() == 0;
  }

  /** Queues an attempt; it leaves at the end of the present turn if the stream is ready. */
  void send(Attempt attempt) {
    queue.add(attempt);
    if (!isFlushQueued) {
      isFlushQueued = true;
      loop.execute(this::flush);
    }
  }

  /** Takes {@code attempt} back. Returns whether it had not left and now never will. */
  boolean withdraw(Attempt attempt) {
    if (!attempt.isQueued()) {
      return false;
    }
    attempt.withdrawn();
    withdrawn++;
    // A node that never takes anything must not gather what was meant for it.
    if (2 * withdrawn > queue.size()) {
      queue.removeIf(queued -> !queued.isQueued());
      withdrawn = 0;
    }
    return true;
  }

  /** Nobody waits for {@code attempt} any more: it does not leave, or its answer is dropped. */
  void forget(Attempt attempt) {
    if (!withdraw(attempt)) {
      sent.remove(attempt.id);
    }
  }

  /** Ends the stream; nothing is told of attempts still in it. */
  void close() {
    isOver = true;
    stream.close();
  }

  private void flush() {
    isFlushQueued = false;
    while (!isOver && !queue.isEmpty() && stream.isReady()) {
      BatchRequest.Builder frame = BatchRequest.newBuilder();
      long now = loop.nanoTime();
      int bytes = 0;
      while (!queue.isEmpty() && bytes < FRAME_BYTES) {
        Attempt attempt = queue.remove();
        if (attempt.isQueued()) {
          Operation operation = attempt.sent(now);
          sent.add(attempt);
          bytes += operation.getSerializedSize();
          frame.addOperations(operation);
        } else {
          withdrawn--;
        }
      }
      if (bytes > 0) {
        stream.send(frame.build().toByteString());
      }
    }
  }

  private void received(ByteString frame) {
    try {
      for (Outcome outcome : BatchResponse.parseFrom(frame).getOutcomesList()) {
        sent.remove(outcome.getCall()).ifPresent(attempt -> listener.onOutcome(attempt, outcome));
      }
    } catch (InvalidProtocolBufferException malformed) {
      // Who closes hears nothing more, so the end has to be told from here.
      stream.close();
      over(true);
    }
  }

  /**
   * @param mayHaveArrived whether what was given to the stream can have reached the node
   */
  private void over(boolean mayHaveArrived) {
    if (isOver) {
      return;
    }
    isOver = true;
    List<Attempt> unsent = new ArrayList<>();
    for (Attempt attempt : queue) {
      if (attempt.isQueued()) {
        attempt.withdrawn();
        unsent.add(attempt);
      }
    }
    queue.clear();
    List<Attempt> given = sent.removeAll();
    if (mayHaveArrived) {
      listener.onOver(given, unsent);
    } else {
      given.addAll(unsent);
      listener.onOver(List.of(), given);
    }
  }
}
