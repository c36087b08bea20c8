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
import java.util.TreeSet;

/**
 * The batched stream to one node. Self-clocked: what gathers while the last frame is on its way out
 * leaves as one frame when the stream is ready again; there is no timer. Owned by the loop.
 */
final class NodeStream {
  private static final String BATCH = "flotilla.v1.Kv/Batch";
  private static final int FRAME_BYTES = 1 << 20;

  /** What a stream tells its owner, on the loop. */
  interface Listener {
    /** The node answered the attempt {@code outcome.getCall()}. */
    void onOutcome(Outcome outcome);

    /** The stream is over: attempts that were sent and not answered, and those never sent. */
    void onOver(List<Long> unanswered, List<Long> unsent);
  }

  private final EventLoop loop;
  private final Listener listener;
  private final RpcStream stream;
  private final ArrayDeque<Operation> queue = new ArrayDeque<>();
  private final TreeSet<Long> sent = new TreeSet<>();
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
              public void onFrame(ByteString frame) {
                loop.execute(() -> received(frame));
              }

              @Override
              public void onReady() {
                loop.execute(NodeStream.this::flush);
              }

              @Override
              public void onClosed(RpcFailure reason) {
                loop.execute(NodeStream.this::over);
              }
            });
  }

  boolean isOver() {
    return isOver;
  }

  /** Queues an attempt; it leaves at the end of the present turn if the stream is ready. */
  void send(Operation attempt) {
    queue.add(attempt);
    if (!isFlushQueued) {
      isFlushQueued = true;
      loop.execute(this::flush);
    }
  }

  void close() {
    stream.close();
  }

  private void flush() {
    isFlushQueued = false;
    while (!isOver && !queue.isEmpty() && stream.isReady()) {
      BatchRequest.Builder frame = BatchRequest.newBuilder();
      int bytes = 0;
      while (!queue.isEmpty() && bytes < FRAME_BYTES) {
        Operation attempt = queue.remove();
        bytes += attempt.getSerializedSize();
        sent.add(attempt.getCall());
        frame.addOperations(attempt);
      }
      stream.send(frame.build().toByteString());
    }
  }

  private void received(ByteString frame) {
    try {
      for (Outcome outcome : BatchResponse.parseFrom(frame).getOutcomesList()) {
        if (sent.remove(outcome.getCall())) {
          listener.onOutcome(outcome);
        }
      }
    } catch (InvalidProtocolBufferException malformed) {
      stream.close();
    }
  }

  private void over() {
    if (isOver) {
      return;
    }
    isOver = true;
    List<Long> unanswered = List.copyOf(sent);
    List<Long> unsent = new ArrayList<>();
    queue.forEach(attempt -> unsent.add(attempt.getCall()));
    sent.clear();
    queue.clear();
    listener.onOver(unanswered, unsent);
  }
}
