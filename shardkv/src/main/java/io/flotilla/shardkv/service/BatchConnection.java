package io.flotilla.shardkv.service;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.base.rpc.RpcFailure;
import io.flotilla.base.rpc.RpcStream;
import io.flotilla.base.runtime.EventLoop;
import io.flotilla.v1.BatchRequest;
import io.flotilla.v1.BatchResponse;
import io.flotilla.v1.Operation;
import io.flotilla.v1.Outcome;
import java.util.ArrayDeque;

/**
 * The batched stream of one client: one hand-over to the loop for each frame that comes, one frame
 * back for all answers of a turn. Frames are parsed on the transport's thread, everything else
 * belongs to the loop.
 */
final class BatchConnection implements RpcStream.Listener {
  private static final int UNANSWERED_MAX = 65_536;
  private static final int FRAME_BYTES = 1 << 20;

  /** Beyond this, what was read is not kept for a client that is slow to take it. */
  private static final long UNSENT_READ_BYTES_MAX = 64L << 20;

  /** Room on top for all the small answers that may be outstanding. */
  private static final long UNSENT_BYTES_MAX = UNSENT_READ_BYTES_MAX + (16L << 20);

  private final RpcStream stream;
  private final EventLoop loop;
  private final Operations operations;
  private final ArrayDeque<Outcome> outbox = new ArrayDeque<>();
  private long outboxBytes;
  private int unanswered;
  private boolean isFlushQueued;
  private boolean isClosed;

  BatchConnection(RpcStream stream, EventLoop loop, Operations operations) {
    this.stream = stream;
    this.loop = loop;
    this.operations = operations;
  }

  @Override
  public void onFrame(ByteString frame, Runnable taken) {
    try {
      BatchRequest request = BatchRequest.parseFrom(frame);
      loop.execute(
          () -> {
            take(request);
            taken.run();
          });
    } catch (InvalidProtocolBufferException malformed) {
      taken.run();
      stream.close();
    }
  }

  @Override
  public void onReady() {
    loop.execute(this::flush);
  }

  @Override
  public void onClosed(RpcFailure reason) {
    loop.execute(
        () -> {
          isClosed = true;
          outbox.clear();
        });
  }

  private void take(BatchRequest request) {
    long now = loop.nanoTime();
    for (Operation operation : request.getOperationsList()) {
      if (unanswered >= UNANSWERED_MAX) {
        send(busy(operation.getCall()));
        continue;
      }
      unanswered++;
      long deadline = Intake.deadline(now, operation.getRemainingNanos());
      operations.execute(operation, deadline, this::answered);
    }
  }

  private void answered(Outcome outcome) {
    unanswered--;
    send(outcome);
  }

  private void send(Outcome outcome) {
    if (isClosed) {
      return;
    }
    Outcome kept = fits(outcome) ? outcome : busy(outcome.getCall());
    outbox.add(kept);
    outboxBytes += kept.getSerializedSize();
    if (outboxBytes > UNSENT_BYTES_MAX) {
      // A client that does not read must not cost the node its memory.
      isClosed = true;
      outbox.clear();
      stream.close();
    } else if (!isFlushQueued) {
      isFlushQueued = true;
      loop.execute(this::flush);
    }
  }

  /**
   * A read may be refused even now. Closing the stream instead would lose the outcome of every
   * write on it, and the reads would all come again at once.
   */
  private boolean fits(Outcome outcome) {
    boolean isRead = outcome.hasGet() || outcome.hasScan();
    return !isRead || outboxBytes + outcome.getSerializedSize() <= UNSENT_READ_BYTES_MAX;
  }

  private static Outcome busy(long call) {
    return Refusals.busy().toBuilder().setCall(call).build();
  }

  private void flush() {
    isFlushQueued = false;
    while (!isClosed && !outbox.isEmpty() && stream.isReady()) {
      BatchResponse.Builder frame = BatchResponse.newBuilder();
      int bytes = 0;
      while (!outbox.isEmpty() && bytes < FRAME_BYTES) {
        Outcome outcome = outbox.remove();
        bytes += outcome.getSerializedSize();
        frame.addOutcomes(outcome);
      }
      outboxBytes -= bytes;
      stream.send(frame.build().toByteString());
    }
  }
}
